/** What the page shows of pauses and of the customer's time: open is what decider, board and clocks take for open. */
import { openDealings, type SlaFacts } from '@fieldcase/domain/sla';
import type { CasePageView, PauseView } from '@fieldcase/contracts';
import type { CaseFact, FactOf } from '../fold/case-fact';
import { endedByArrival } from '../fold/visit-fold';
import { known, type InstantText } from './known';

export function customerTimeOf(sla: SlaFacts, text: InstantText): CasePageView['customerTime'] {
  const { promise } = openDealings(sla);
  return promise && { promise: promise.number, from: text(promise.from), to: text(promise.to) };
}

/** Every pause in the order of recording, with what ended it in the order of business time. */
export function pausesOfPage(facts: readonly CaseFact[], sla: SlaFacts, text: InstantText): PauseView[] {
  const paused = facts.filter((fact): fact is FactOf<'CasePaused'> => fact.type === 'CasePaused');
  const open = openOf(paused, sla);
  const ordered = facts.filter(mayEnd).sort(byTime);
  return paused.map((fact) => {
    const { reason, note, until } = fact.data;
    const optional = known({ note, until: until === undefined ? undefined : text(Date.parse(until)) });
    const end = open.has(fact.position) ? { endedAt: null, endedBy: null } : endOf(fact, ordered, text);
    return { reason, ...optional, from: text(fact.occurredAt), ...end };
  });
}

/** Positions of the open ones. Of several that began at one instant for one reason, those recorded last still stand. */
function openOf(paused: readonly FactOf<'CasePaused'>[], sla: SlaFacts): ReadonlySet<bigint> {
  const standing = [...openDealings(sla).pauses];
  const open = new Set<bigint>();
  for (const { data, occurredAt, position } of [...paused].reverse()) {
    const found = standing.findIndex(({ reason, from }) => reason === data.reason && from === occurredAt);
    if (found < 0) continue;
    standing.splice(found, 1);
    open.add(position);
  }
  return open;
}

/** One that was recorded for a time at which the case had ended already never lasted. */
function endOf(pause: FactOf<'CasePaused'>, ordered: readonly CaseFact[], text: InstantText) {
  const before = ordered.findLast((fact) => byTime(fact, pause) < 0 && (isEnd(fact) || fact.type === 'CaseReopened'));
  const over = before !== undefined && isEnd(before);
  const end = over ? before : ordered.find((fact) => byTime(fact, pause) > 0 && ends(fact, pause));
  return {
    endedAt: text(Math.max(end?.occurredAt ?? pause.occurredAt, pause.occurredAt)),
    endedBy: end?.type ?? null,
  };
}

const isEnd = ({ type }: CaseFact): boolean =>
  type === 'CaseClosed' || type === 'CaseCancelled' || type === 'CaseMerged';

const mayEnd = (fact: CaseFact): boolean =>
  isEnd(fact) || fact.type === 'CaseReopened' || fact.type === 'CaseResumed' || fact.type === 'TechnicianArrived';

function ends(fact: CaseFact, { data: { reason } }: FactOf<'CasePaused'>): boolean {
  if (fact.type === 'CaseResumed') return fact.data.reasons.includes(reason);
  return isEnd(fact) || (fact.type === 'TechnicianArrived' && endedByArrival(reason));
}

const byTime = (a: CaseFact, b: CaseFact): number =>
  a.occurredAt - b.occurredAt || (a.position < b.position ? -1 : a.position > b.position ? 1 : 0);
