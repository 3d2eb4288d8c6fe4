import { materialsDigest } from '@fieldcase/domain/events';
import type { CasePageView } from '@fieldcase/contracts';
import { instantText } from '../formatting';
import type { CaseFact } from '../fold/case-fact';
import { statusOf, type CaseFold } from '../fold/case-fold';
import { known } from './known';
import { evolvePage, initialPageFold, materialsOf, type PageFold } from './page-fold';

/** @param version the case stream's; @param zone the policy's */
export function casePageOf(facts: readonly CaseFact[], fold: CaseFold, version: number, zone: string): CasePageView {
  const text = (at: number): string => instantText(at, zone);
  const page = facts.reduce((state, event) => evolvePage(state, event, text), initialPageFold);
  const materials = materialsOf(page);
  const digest = materialsDigest(materials);
  return {
    id: page.caseId,
    number: fold.number,
    version,
    position: fold.position,
    status: statusOf(fold),
    caseType: fold.caseType,
    priority: fold.priority,
    region: fold.region,
    source: fold.source,
    ...page.details,
    ...known({ owner: page.owner ?? undefined, mergedInto: page.mergedInto ?? undefined }),
    responsibility: page.responsibility,
    reportedAt: text(fold.reportedAt),
    cycle: fold.cycle,
    customerTime: page.customerTime && {
      promise: page.customerTime.promise,
      from: page.customerTime.from,
      to: page.customerTime.to,
    },
    absorbed: page.absorbed,
    visits: page.visits,
    materials,
    materialsDigest: digest,
    signature: signatureOf(page, digest),
    customerInformed: page.informed && { ...page.informed, current: page.informed.current && !fold.informDue },
    pauses: page.pauses.map(({ began: _began, ...pause }) => pause),
    notes: page.notes,
    exemptions: page.exemptions,
    voidings: page.voidings,
    closings: page.closings,
    cancellation: page.cancellation,
    policy: { id: page.policy.id, version: page.policy.version },
  };
}

function signatureOf(page: PageFold, digest: string): CasePageView['signature'] {
  if (!page.signature) return null;
  const { counts, ...signature } = page.signature;
  return { ...signature, valid: counts && signature.materialsDigest === digest };
}
