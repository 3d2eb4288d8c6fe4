import { BUILT_IN_POLICY } from '../sla/built-in-policy';
import type { CaseState } from './case.state';

/** How long a part may take, by the policy that judges the case now; the built-in time where it does not say. */
export function partsWaitWithin({ sla }: CaseState): number {
  const judging = sla.facts.findLast((fact) => fact.type === 'FaultReported' || fact.type === 'CaseTriaged');
  const targets = judging && 'sla' in judging.data ? judging.data.sla.targets : BUILT_IN_POLICY.targets;
  const named = [...targets, ...BUILT_IN_POLICY.targets].find(({ target }) => target === 'partsWait');
  return named?.withinMs ?? 0;
}
