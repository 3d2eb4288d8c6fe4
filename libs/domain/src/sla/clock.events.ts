/** Stored clock facts (stream `clocks:<caseId>`): only what others act on. Every other state comes from `judge`. */
import type { SlaTarget } from './policy.types';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };
type OfClock = { clockId: string; target: SlaTarget };

/** `at`: the instant at which `percent` of the counted time was used up; equals the event's occurredAt. */
export type SlaWarningRaised = E<'SlaWarningRaised', OfClock & { percent: number; at: string }>;
/** occurredAt = the due instant. */
export type SlaBreached = E<'SlaBreached', OfClock & { dueAt: string; cause: 'elapsed' | 'policy-change' }>;
/** A late fact shows that the published breach did not happen, but is too late to void it by itself. */
export type VoidingRequested = E<
  'VoidingRequested',
  OfClock & { dueAt: string; factType: string; factAt?: string; factRecordedBy: string }
>;
/** `dueAt` links the breach, `factType` and `factAt` the late fact; an approval links it by its request. */
export type BreachVoided = E<
  'BreachVoided',
  OfClock & { dueAt: string; by: 'late-fact' | 'approval'; factType?: string; factAt?: string; note?: string }
>;
export type VoidingRefused = E<'VoidingRefused', OfClock & { dueAt: string; note?: string }>;
export type ClockExempted = E<'ClockExempted', OfClock & { exemptionId: string }>;

export type ClockEvent =
  SlaWarningRaised | SlaBreached | VoidingRequested | BreachVoided | VoidingRefused | ClockExempted;

/** Follows from the facts alone, whoever's command comes by to record it; the rest a supervisor decided. */
export function isJudged(event: { readonly type: string; readonly data: object }): boolean {
  const { type, data } = event as ClockEvent;
  switch (type) {
    case 'SlaWarningRaised':
    case 'SlaBreached':
    case 'VoidingRequested':
    case 'ClockExempted':
      return true;
    case 'BreachVoided':
      return data.by === 'late-fact';
    default:
      return false;
  }
}

export const clockPersonalFields = {
  SlaWarningRaised: [],
  SlaBreached: [],
  VoidingRequested: [],
  BreachVoided: ['note'],
  VoidingRefused: ['note'],
  ClockExempted: [],
} as const satisfies Record<ClockEvent['type'], readonly string[]>;
