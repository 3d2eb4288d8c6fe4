/** Random histories of three cases for properties. */
import fc from 'fast-check';
import { rootOf } from '@fieldcase/eventsourcing';
import { settle } from '@fieldcase/domain/sla';
import { isCaseFact } from '../fold/apply-batch';
import { evolveCaseFold, initialCaseFold } from '../fold/case-fold';
import { builtIn, CaseScript, HOUR, START, utc, type Circumstances } from './case-script';

type Step = (script: CaseScript, id: string, nth: number, how: Circumstances) => Promise<void>;

const atOf = (how: Circumstances): number => how.at ?? START;

/** Facts in any order, as late entries and imports bring them: a projection must hold whatever the log holds. */
const steps: Record<string, Step> = {
  triage: (script, id, nth, how) =>
    script.record(
      id,
      'CaseTriaged',
      { faultCode: `F${nth}`, priority: 'urgent', caseType: nth % 7 ? 'fault' : 'enquiry', sla: builtIn },
      how,
    ),
  correct: (script, id, nth, how) => {
    const personalChanges = { siteName: `New ${nth}`, contact: { name: 'Wu', phone: String(nth) } };
    return script.record(id, 'DetailsCorrected', { changes: { product: `p${nth}` }, personalChanges }, how);
  },
  dispatch: (script, id, nth, how) => script.dispatch(id, `v${nth}`, nth % 2 ? 'tom' : 'ute', how),
  arrive: (script, id, nth, how) => script.record(id, 'TechnicianArrived', { visitId: `v${nth - 1}` }, how),
  decline: (script, id, nth, how) => script.record(id, 'DispatchDeclined', { visitId: `v${nth - 1}` }, how),
  withdraw: (script, id, nth, how) => script.record(id, 'DispatchWithdrawn', { visitId: `v${nth - 1}` }, how),
  handOver: (script, id, nth, how) =>
    script.record(id, 'VisitHandedOver', { visitId: `v${nth - 1}`, technicianId: 'max' }, how),
  complete: (script, id, nth, how) =>
    script.record(id, 'VisitCompleted', { visitId: `v${nth - 1}`, fixed: nth % 2 === 0, materials: [] }, how),
  promise: (script, id, nth, how) =>
    script.record(
      id,
      'CustomerTimeRequested',
      { promise: nth, from: utc(atOf(how) + HOUR), to: utc(atOf(how) + 3 * HOUR) },
      how,
    ),
  pause: (script, id, _nth, how) =>
    script.record(id, 'CasePaused', { reason: 'waiting-customer', until: utc(atOf(how) + HOUR) }, how),
  storm: (script, id, _nth, how) => script.record(id, 'CasePaused', { reason: 'weather' }, how),
  calm: (script, id, _nth, how) => script.record(id, 'CaseResumed', { reasons: ['weather'] }, how),
  inform: (script, id, _nth, how) => script.record(id, 'CustomerInformed', { channel: 'phone' }, how),
  resume: (script, id, _nth, how) => script.record(id, 'CaseResumed', { reasons: ['waiting-customer'] }, how),
  exempt: (script, id, nth, how) =>
    script.record(id, 'ExemptionRequested', { exemptionId: `e${nth}`, target: 'restore:-:1' }, how),
  ask: (script, id, nth, how) =>
    script.record(
      id,
      'PartRequested',
      {
        partRequestId: `${id}.${nth}`,
        partNumber: 'belt-8',
        quantity: 2,
        promisedAt: utc(atOf(how) + 72 * HOUR),
        owners: ['own'],
        serialised: false,
      },
      how,
    ),
  ship: (script, id, nth, how) =>
    script.record(
      id,
      'PartShipped',
      { partRequestId: `${id}.${nth - 1}`, depotId: `d${nth % 2}`, lines: [{ owner: 'own', quantity: 2 }] },
      how,
    ),
  receive: (script, id, nth, how) =>
    script.record(id, 'PartReceived', { partRequestId: `${id}.${nth - 2}`, quantity: 2 }, how),
  stock: (script, id, nth, how) => {
    const line = { owner: nth % 3 ? 'own' : 'maker', quantity: nth };
    return script.write(`stock:d-${id}:belt`, 'StockReceived', { line }, how);
  },
  suggest: (script, id, nth, how) =>
    script.write(
      `stock:d-${id}:belt`,
      nth % 2 ? 'ReplenishmentSuggested' : 'SuggestionWithdrawn',
      { suggestionId: String(nth), quantity: 5, forecast: 1, min: 2, max: 6, basis: 'levels' },
      how,
    ),
  count: (script, id, nth, how) =>
    script.write(`stock:d-${id}:belt`, 'StockCounted', { owner: 'own', counted: nth, expected: 1 }, how),
  send: (script, id, nth, how) => {
    const terms = { from: `d-${id}`, to: 'd-c1', partNumber: 'belt', owner: 'own', quantity: nth + 1 };
    const data = { ...terms, serialised: false, suggested: nth % 2 === 0 };
    return script.write(`transfer:t${nth}`, 'TransferRequested', data, how);
  },
  depart: (script, _id, nth, how) => script.write(`transfer:t${nth - 1}`, 'TransferDispatched', {}, how),
  adjust: (script, id, nth, how) =>
    script.write(
      `stock-adjustment:a${nth % 4}`,
      nth % 4 === 3 ? 'AdjustmentApproved' : 'AdjustmentRequested',
      { depotId: `d-${id}`, partNumber: 'belt', owner: 'own', by: nth },
      how,
    ),
  close: (script, id, _nth, how) => script.record(id, 'CaseClosed', { resolution: 'repaired' }, how),
  merge: (script, id, _nth, how) => script.record(id, 'CaseMerged', { into: 'c0' }, how),
  cancel: (script, id, _nth, how) => script.record(id, 'CaseCancelled', {}, how),
  survey: (script, id, _nth, how) =>
    script.write(`survey:${id}`, 'SurveySent', { cycle: 1, expiresAt: utc(atOf(how) + 336 * HOUR) }, how),
  rate: (script, id, nth, how) =>
    script.write(
      `survey:${id}`,
      'RatingSubmitted',
      { cycle: 1, kind: nth % 2 ? 'csat' : 'nps', score: nth % 6, via: 'link', channel: 'web' },
      how,
    ),
  reopen: (script, id, _nth, how) => script.record(id, 'CaseReopened', {}, how),
};
export const randomHistory: fc.Arbitrary<RandomHistory> = fc.array(
  fc.record({
    step: fc.constantFrom(...Object.keys(steps)),
    id: fc.constantFrom('c1', 'c2', 'c3'),
    hours: fc.nat(40),
    late: fc.nat(3),
  }),
  { minLength: 1, maxLength: 25 },
);

export type RandomHistory = readonly {
  readonly step: string;
  readonly id: string;
  readonly hours: number;
  readonly late: number;
}[];
export const IDS = ['c1', 'c2', 'c3'] as const;

/** The log with its clock facts, as timers would have recorded them, and the instant of its last fact. */
export async function written(facts: RandomHistory): Promise<{ script: CaseScript; last: number }> {
  const script = new CaseScript();
  for (const id of IDS) await script.report(id, { depotId: 'd' });
  let at = START;
  for (const [nth, { step, id, hours, late }] of facts.entries()) {
    at += hours * HOUR;
    await recordClockFacts(script, id, at);
    await steps[step]?.(script, id, nth, { at: Math.max(START, at - late * HOUR), recordedAt: at });
    await recordClockFacts(script, id, at);
  }
  return { script, last: at };
}

async function recordClockFacts(script: CaseScript, id: string, now: number): Promise<void> {
  const known = (await script.events()).filter((event) => rootOf(event.streamId) === id).filter(isCaseFact);
  const { facts } = known.reduce(evolveCaseFold, initialCaseFold);
  for (const { type, data, occurredAt } of settle(facts, now)) {
    await script.record(id, type, data, { at: occurredAt ?? now, recordedAt: now, actor: 'timers' });
  }
}
