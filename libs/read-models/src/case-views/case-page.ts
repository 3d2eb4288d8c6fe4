import { materialsDigest } from '@fieldcase/domain/events';
import type { CasePageView } from '@fieldcase/contracts';
import { instantText } from '../formatting';
import type { CaseFact } from '../fold/case-fact';
import { statusOf, type CaseFold } from '../fold/case-fold';
import { known } from './known';
import { customerTimeOf, pausesOfPage } from './page-dealings';
import { partsOfCase, requestViews } from '../part-views/part-request-view';
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
    customerTime: customerTimeOf(fold.facts, text),
    absorbed: page.absorbed,
    visits: page.visits,
    materials,
    materialsDigest: digest,
    partRequests: requestViews(partsOfCase(facts, text), { text }),
    signature: signatureOf(page, digest),
    customerInformed: informedOf(page, fold),
    pauses: pausesOfPage(facts, fold.facts, text),
    notes: page.notes,
    exemptions: page.exemptions,
    voidings: page.voidings,
    closings: page.closings,
    cancellation: page.cancellation,
    policy: { id: page.policy.id, version: page.policy.version },
  };
}

/** A telling counts where the case does not wait for one: the board's own word. */
function informedOf({ informed }: PageFold, fold: CaseFold): CasePageView['customerInformed'] {
  if (!informed) return null;
  const { told: _told, ...telling } = informed;
  return { ...telling, current: fold.informedAt !== null && !fold.informDue };
}

function signatureOf(page: PageFold, digest: string): CasePageView['signature'] {
  if (!page.signature) return null;
  const { counts, ...signature } = page.signature;
  return { ...signature, valid: counts && signature.materialsDigest === digest };
}
