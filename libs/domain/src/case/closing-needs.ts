import type { Resolution } from './case.events';
import { completedVisits, materialLines, openVisit, type CaseState } from './case.state';
import { materialsDigest } from './materials-digest';
import { isOpenRequest } from './part-request';

/** Each need of a closing and what would meet it; the keys are stable, texts in other languages key on them. */
export const closingNeeds = {
  visit: 'no visit is open: complete, decline or withdraw it',
  partRequests: 'no part request is open: receive, use, return or cancel what was asked for',
  customerInformed: 'the customer was told the result after the last completed visit',
  signature: 'the customer signed the materials as they stand, or a signature exemption is approved',
  lastVisitFixed: 'the last visit was completed as fixed since the report or the latest reopening',
  completedVisit: 'a visit was completed since the report or the latest reopening',
  supervisor: 'a supervisor closes with this resolution',
} as const;
export type ClosingNeed = keyof typeof closingNeeds;

/** The needs that are not met; empty when the case may close. Only facts after the latest reopening count. */
export function unmetClosingNeeds(
  state: CaseState,
  resolution: Resolution,
  roles: readonly string[],
): Partial<Record<ClosingNeed, string>> {
  const completed = completedVisits(state);
  const last = completed.at(-1);
  const met: Record<ClosingNeed, boolean> = {
    visit: openVisit(state) === undefined,
    partRequests: !state.parts.some(isOpenRequest),
    customerInformed: last === undefined || state.informed,
    signature: signatureSettled(state),
    lastVisitFixed: true,
    completedVisit: true,
    supervisor: true,
  };
  if (state.attributes.caseType === 'fault') {
    if (resolution === 'repaired') met.lastVisitFixed = last?.fixed === true;
    if (resolution === 'replaced' || resolution === 'not-repaired') {
      met.completedVisit = last !== undefined;
      met.supervisor = roles.includes('supervisor');
    }
  }
  const unmet = Object.entries(closingNeeds).filter(([need]) => !met[need as ClosingNeed]);
  return Object.fromEntries(unmet);
}

/** Materials of earlier cycles were settled when those were closed, but a new signature covers all lines. */
function signatureSettled(state: CaseState): boolean {
  if (!completedVisits(state).some((visit) => visit.materials.length > 0)) return true;
  const exempted = state.exemptions.some(
    ({ target, state: decision, cycle }) => target === 'signature' && decision === 'approved' && cycle === state.cycle,
  );
  return exempted || state.signedDigest === materialsDigest(materialLines(state));
}
