/** The whole case as its page shows it, folded from `case:<id>` and `clocks:<id>` with whatever personal data is given. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { MaterialLine } from '@fieldcase/domain/events';
import type { CasePageView, ExemptionView, NoteView, PauseView, VisitView, VoidingView } from '@fieldcase/contracts';
import type { CaseFact, FactOf } from '../fold/case-fact';
import { endedByArrival } from '../fold/visit-fold';
import { known, type InstantText } from './known';
import { evolvePageVisits } from './page-visits';

/** Details that only a report, a triage or a correction sets; absent ones are not in the object. */
type Details = Partial<
  Pick<
    CasePageView,
    | 'county'
    | 'product'
    | 'assetSerial'
    | 'channel'
    | 'depotId'
    | 'sourceKey'
    | 'siteName'
    | 'contact'
    | 'address'
    | 'geo'
    | 'faultDescription'
    | 'firstContact'
    | 'specialDemands'
    | 'faultCode'
    | 'handlingOpinion'
    | 'coverage'
    | 'followUpOf'
  >
>;

export interface PageFold {
  readonly caseId: string;
  readonly details: Details;
  readonly policy: { readonly id: string; readonly version: number };
  readonly owner: string | null;
  readonly responsibility: CasePageView['responsibility'];
  readonly customerTime: {
    readonly promise: number;
    readonly from: string;
    readonly to: string;
    readonly named: Instant;
  } | null;
  readonly mergedInto: string | null;
  readonly absorbed: CasePageView['absorbed'];
  readonly visits: readonly VisitView[];
  readonly signature: {
    signerName?: string;
    signedAt: string;
    materialsDigest: string;
    counts: boolean;
    hasImage: boolean;
  } | null;
  readonly informed: { at: string; channel: string; result?: string; current: boolean } | null;
  readonly pauses: readonly (PauseView & { readonly began: Instant })[];
  readonly notes: readonly NoteView[];
  readonly exemptions: readonly ExemptionView[];
  readonly voidings: readonly VoidingView[];
  readonly closings: CasePageView['closings'];
  readonly cancellation: CasePageView['cancellation'];
  readonly cycle: number;
}

export const initialPageFold: PageFold = {
  caseId: '',
  details: {},
  policy: { id: '', version: 0 },
  owner: null,
  responsibility: [],
  customerTime: null,
  mergedInto: null,
  absorbed: [],
  visits: [],
  signature: null,
  informed: null,
  pauses: [],
  notes: [],
  exemptions: [],
  voidings: [],
  closings: [],
  cancellation: null,
  cycle: 1,
};

export function evolvePage(fold: PageFold, event: CaseFact, text: InstantText): PageFold {
  const visits = evolvePageVisits(fold.visits, event, fold.cycle, text);
  return {
    ...fold,
    visits,
    ...intake(fold, event, text),
    ...course(fold, event, text),
    ...decisions(fold, event, text),
  };
}

function intake(fold: PageFold, event: CaseFact, text: InstantText): Partial<PageFold> {
  const at = text(event.occurredAt);
  switch (event.type) {
    case 'FaultReported':
      return reported(event);
    case 'CaseTriaged': {
      const { faultCode, handlingOpinion, coverage, sla } = event.data;
      return { details: { ...fold.details, ...known({ faultCode, handlingOpinion, coverage }) }, policy: sla.policy };
    }
    case 'DetailsCorrected': {
      const { priority: _priority, region: _region, ...changes } = event.data.changes;
      const { depotId, ...details } = {
        ...fold.details,
        ...known(changes),
        ...known({ ...event.data.personalChanges }),
      };
      return { details: { ...details, ...(typeof depotId === 'string' ? { depotId } : {}) } };
    }
    case 'NoteAdded': {
      const { kind, text: words, channel } = event.data;
      return { notes: [...fold.notes, { kind, ...known({ text: words, channel }), actor: event.metadata.actor, at }] };
    }
    case 'OwnershipTaken':
      return { owner: event.data.owner };
    case 'ResponsibilityHandedOver': {
      const { to, reason } = event.data;
      return { responsibility: [...fold.responsibility, { to, ...known({ reason }), at }] };
    }
    case 'DuplicateAbsorbed': {
      const { caseId, number, contact } = event.data;
      return { absorbed: [...fold.absorbed, { caseId, number, ...known({ contact }) }] };
    }
    case 'CaseMerged':
      return { mergedInto: event.data.into, ...ended(fold, at, event.type) };
    default:
      return {};
  }
}

function reported({ data }: FactOf<'FaultReported'>): Partial<PageFold> {
  const { caseId, sla, number: _n, region: _r, caseType: _c, priority: _p, source: _s, ...details } = data;
  return { caseId, details: known(details), policy: sla.policy };
}

/** What happened to the case between its report and its end. */
function course(fold: PageFold, event: CaseFact, text: InstantText): Partial<PageFold> {
  const at = text(event.occurredAt);
  switch (event.type) {
    case 'CustomerTimeRequested': {
      const { promise, from, to } = event.data;
      const window = { from: text(Date.parse(from)), to: text(Date.parse(to)) };
      return { customerTime: { promise, ...window, named: event.occurredAt } };
    }
    case 'CustomerTimeWithdrawn':
      return { customerTime: null };
    case 'TechnicianArrived': {
      const named = fold.customerTime?.named ?? Infinity;
      const pauses = fold.pauses.map((pause) =>
        endedByArrival(pause.reason) && pause.began <= event.occurredAt ? endPause(pause, at, event.type) : pause,
      );
      return { pauses, customerTime: named <= event.occurredAt ? null : fold.customerTime };
    }
    case 'VisitCompleted':
    case 'MaterialsAmended':
      return {
        signature: fold.signature && { ...fold.signature, counts: false },
        ...(event.type === 'VisitCompleted' && fold.informed ? { informed: { ...fold.informed, current: false } } : {}),
      };
    case 'CustomerSigned': {
      const { signerName, materialsDigest, image } = event.data;
      const signed = { ...known({ signerName }), signedAt: at, materialsDigest, counts: true };
      return { signature: { ...signed, hasImage: image !== undefined } };
    }
    case 'CustomerInformed':
      return { informed: { at, channel: event.data.channel, ...known({ result: event.data.result }), current: true } };
    case 'CasePaused':
      return { pauses: [...fold.pauses, pausedBy(event, text)] };
    case 'CaseResumed': {
      const resumed: readonly string[] = event.data.reasons;
      return {
        pauses: fold.pauses.map((pause) => (resumed.includes(pause.reason) ? endPause(pause, at, event.type) : pause)),
      };
    }
    default:
      return endings(fold, event, at);
  }
}

function endings(fold: PageFold, event: CaseFact, at: string): Partial<PageFold> {
  const by = event.metadata.actor;
  switch (event.type) {
    case 'CaseClosed': {
      const { resolution, note } = event.data;
      return {
        closings: [...fold.closings, { resolution, ...known({ note }), at, by }],
        ...ended(fold, at, event.type),
      };
    }
    case 'CaseCancelled':
      return { cancellation: { ...known({ reason: event.data.reason }), at, by }, ...ended(fold, at, event.type) };
    case 'CaseReopened': {
      const reopened = { reopenedAt: at, ...known({ reopenReason: event.data.reason }) };
      const closings = fold.closings.map((closing, i) =>
        i === fold.closings.length - 1 ? { ...closing, ...reopened } : closing,
      );
      return {
        closings,
        cycle: fold.cycle + 1,
        signature: fold.signature && { ...fold.signature, counts: false },
        informed: fold.informed && { ...fold.informed, current: false },
      };
    }
    default:
      return {};
  }
}

type Pause = PageFold['pauses'][number];

function pausedBy(event: FactOf<'CasePaused'>, text: InstantText): Pause {
  const { reason, note, until } = event.data;
  const optional = known({ note, until: until === undefined ? undefined : text(Date.parse(until)) });
  return { reason, ...optional, from: text(event.occurredAt), endedAt: null, endedBy: null, began: event.occurredAt };
}

function endPause(pause: Pause, endedAt: string, endedBy: string): Pause {
  return pause.endedAt === null ? { ...pause, endedAt, endedBy } : pause;
}

function ended(fold: PageFold, at: string, by: string): Partial<PageFold> {
  return { pauses: fold.pauses.map((pause) => endPause(pause, at, by)), customerTime: null };
}

/** Requests that a second person decides. */
function decisions(fold: PageFold, event: CaseFact, text: InstantText): Partial<PageFold> {
  const decided = { decidedBy: event.metadata.actor, decidedAt: text(event.recordedAt) };
  switch (event.type) {
    case 'ExemptionRequested': {
      const { exemptionId, target, reason } = event.data;
      const requested = { requestedBy: event.metadata.actor, requestedAt: text(event.recordedAt) };
      const request: ExemptionView = { exemptionId, target, state: 'pending', ...known({ reason }), ...requested };
      return { exemptions: [...fold.exemptions, request] };
    }
    case 'ExemptionApproved':
    case 'ExemptionRefused': {
      const state = event.type === 'ExemptionApproved' ? 'approved' : 'refused';
      const change = { state, ...known({ note: event.data.note }), ...decided } as const;
      const { exemptionId } = event.data;
      return {
        exemptions: fold.exemptions.map((each) => (each.exemptionId === exemptionId ? { ...each, ...change } : each)),
      };
    }
    case 'VoidingRequested': {
      const { clockId, target, dueAt, factType, factRecordedBy } = event.data;
      const request = { clockId, target, breachedAt: text(Date.parse(dueAt)), factType, recordedBy: factRecordedBy };
      return { voidings: [...fold.voidings, { ...request, state: 'pending', requestedAt: text(event.recordedAt) }] };
    }
    case 'BreachVoided':
    case 'VoidingRefused': {
      const change = { state: event.type === 'BreachVoided' ? 'approved' : 'refused', ...decided } as const;
      const matches = (each: VoidingView): boolean => each.state === 'pending' && each.clockId === event.data.clockId;
      return { voidings: fold.voidings.map((each) => (matches(each) ? { ...each, ...change } : each)) };
    }
    default:
      return {};
  }
}

export function materialsOf(fold: PageFold): MaterialLine[] {
  return fold.visits.flatMap((visit) => visit.materials);
}
