/** The whole case as its page shows it, folded from `case:<id>` and `clocks:<id>` with whatever personal data is given. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { MaterialLine } from '@fieldcase/domain/events';
import type { CasePageView, ExemptionView, NoteView, VisitView, VoidingView } from '@fieldcase/contracts';
import type { CaseFact, FactOf } from '../fold/case-fact';
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
  /** The latest telling. */
  readonly informed: { told: Instant; at: string; channel: string; result?: string } | null;
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
  mergedInto: null,
  absorbed: [],
  visits: [],
  signature: null,
  informed: null,
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
      return { mergedInto: event.data.into };
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
    case 'VisitCompleted':
    case 'MaterialsAmended':
      return { signature: fold.signature && { ...fold.signature, counts: false } };
    case 'CustomerSigned': {
      const { signerName, materialsDigest, image } = event.data;
      const signed = { ...known({ signerName }), signedAt: at, materialsDigest, counts: true };
      return { signature: { ...signed, hasImage: image !== undefined } };
    }
    case 'CustomerInformed': {
      const told = event.occurredAt;
      if (fold.informed && fold.informed.told > told) return {};
      return { informed: { told, at, channel: event.data.channel, ...known({ result: event.data.result }) } };
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
      return { closings: [...fold.closings, { resolution, ...known({ note }), at, by }] };
    }
    case 'CaseCancelled':
      return { cancellation: { ...known({ reason: event.data.reason }), at, by } };
    case 'CaseReopened': {
      const reopened = { reopenedAt: at, ...known({ reopenReason: event.data.reason }) };
      const closings = fold.closings.map((closing, i) =>
        i === fold.closings.length - 1 ? { ...closing, ...reopened } : closing,
      );
      return {
        closings,
        cycle: fold.cycle + 1,
        signature: fold.signature && { ...fold.signature, counts: false },
      };
    }
    default:
      return {};
  }
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
      const state = event.type === 'BreachVoided' ? 'approved' : 'refused';
      const change = { state, ...known({ note: event.data.note }), ...decided } as const;
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
