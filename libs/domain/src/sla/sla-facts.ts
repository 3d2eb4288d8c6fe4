/** What a case's clocks are judged by: a fold of the streams `case:<id>` and `clocks:<id>`, without personal data. */
import type { Fact, Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent } from '../case/case.events';
import type { ClockEvent } from './clock.events';

/** Fields of each event that matter to a clock. Everything else of the case is not kept. */
const kept = {
  FaultReported: ['caseType', 'sla'],
  CaseTriaged: ['caseType', 'sla'],
  CustomerTimeRequested: ['promise', 'from', 'to'],
  CustomerTimeWithdrawn: ['promise'],
  CaseMerged: [],
  TechnicianDispatched: ['visitId', 'notice'],
  DispatchDeclined: ['visitId'],
  DispatchWithdrawn: ['visitId'],
  AppointmentAgreed: ['visitId'],
  TechnicianArrived: ['visitId'],
  VisitCompleted: ['visitId', 'fixed'],
  CasePaused: ['reason', 'until'],
  CaseResumed: ['reasons'],
  ExemptionRequested: ['exemptionId', 'target'],
  ExemptionApproved: ['exemptionId', 'target'],
  ExemptionRefused: ['exemptionId', 'target'],
  CaseClosed: [],
  CaseCancelled: [],
  CaseReopened: [],
  PartRequested: ['partRequestId', 'quantity'],
  PartReceived: ['partRequestId', 'quantity'],
  PartRequestCancelled: ['partRequestId', 'quantity'],
} as const satisfies Partial<Record<CaseEvent['type'], readonly string[]>>;

type KeptType = keyof typeof kept;
type KeptKeys<T extends KeptType> = (typeof kept)[T][number];
type DataOf<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data'];
type KeptData<T extends KeptType> = Pick<DataOf<T>, Extract<KeptKeys<T>, keyof DataOf<T>>>;

interface Kept<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
  /** Business time, epoch ms. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  /** Decimal; `0` while it is only being decided: such a fact is newer than every recorded one. */
  readonly position: string;
}

/** A fact of the case; `by` = the actor that recorded it, `imported` only where it came from an import. */
export type SlaFact = {
  [T in KeptType]: Kept<T, KeptData<T>> & {
    readonly by: string;
    readonly imported?: true;
    /** Its own time where a clock does not believe it: `at` is then when it was recorded. Never stored. */
    readonly claimedAt?: Instant;
  };
}[KeptType];
export type SlaFactOf<T extends KeptType> = Extract<SlaFact, { type: T }>;

/** A stored clock fact. */
export type StoredClockFact = {
  [T in ClockEvent['type']]: Kept<T, Extract<ClockEvent, { type: T }>['data']>;
}[ClockEvent['type']];

/** Plain JSON: it is stored as jsonb by projections and inside the case's own state. */
export interface SlaFacts {
  /** In the order of recording; `judge` sorts by business time. */
  readonly facts: readonly SlaFact[];
  readonly stored: readonly StoredClockFact[];
  /** recordedAt of the last imported event; nothing is recorded for instants up to it. null: no import. */
  readonly importedUntil: Instant | null;
}

export const initialSlaFacts: SlaFacts = { facts: [], stored: [], importedUntil: null };

const clockEventTypes: ReadonlySet<string> = new Set<ClockEvent['type']>([
  'SlaWarningRaised',
  'SlaBreached',
  'VoidingRequested',
  'BreachVoided',
  'VoidingRefused',
  'ClockExempted',
]);

/** Event types that change SlaFacts; every other type may be passed and is ignored. */
export const slaEventTypes: readonly (CaseEvent | ClockEvent)['type'][] = [
  ...(Object.keys(kept) as KeptType[]),
  ...([...clockEventTypes] as ClockEvent['type'][]),
];

/** Pure, never throws; returns the same object for an event that no clock depends on. */
export function evolveSlaFacts(facts: SlaFacts, event: Fact<CaseEvent | ClockEvent>): SlaFacts {
  const imported = event.metadata.source !== undefined;
  const known = imported ? rememberImport(facts, event.recordedAt) : facts;
  if (clockEventTypes.has(event.type)) {
    const fields: readonly string[] = event.type === 'BreachVoided' || event.type === 'VoidingRefused' ? ['note'] : [];
    return { ...known, stored: [...known.stored, keep(event, without(event.data, fields)) as StoredClockFact] };
  }
  const names: readonly string[] | undefined = kept[event.type as KeptType];
  if (names === undefined) return known;
  const fact = {
    ...keep(event, only(event.data, names)),
    by: event.metadata.actor,
    ...(imported ? { imported: true } : {}),
  };
  return { ...known, facts: [...known.facts, fact as SlaFact] };
}

function rememberImport(facts: SlaFacts, recordedAt: Instant): SlaFacts {
  if (facts.importedUntil !== null && facts.importedUntil >= recordedAt) return facts;
  return { ...facts, importedUntil: recordedAt };
}

function keep(event: Fact<CaseEvent | ClockEvent>, data: object) {
  const { type, occurredAt, recordedAt, position } = event;
  return { type, data, at: occurredAt, recordedAt, position: position.toString() };
}

function only(data: object, names: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(data).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

function without(data: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));
}

/** Ascending by position; a fact that is only being decided (position 0) is the newest. */
export function comparePositions(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '0') return 1;
  if (b === '0') return -1;
  return a.length - b.length || (a < b ? -1 : 1);
}
