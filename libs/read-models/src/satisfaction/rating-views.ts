/** What customers said of a case, and what a survey's link opens; read from the streams: always fresh. */
import { streamId, type EventStore, type Instant } from '@fieldcase/eventsourcing';
import type { ClosureRatingsView, RatingView, Scope } from '@fieldcase/contracts';
import { RATING_KINDS, type RatingKind } from '@fieldcase/domain/events';
import { accessTo, type Access } from '../access';
import { known } from '../case-views/known';
import { visibleFacts } from '../case-views/personal-fields';
import { isCaseFact } from '../fold/apply-batch';
import type { CaseFact } from '../fold/case-fact';
import { evolveCaseFold, initialCaseFold, techniciansOf, type CaseFold } from '../fold/case-fold';
import type { ClosureFold } from '../fold/closure-fold';
import { instantText } from '../formatting';

export interface CaseRatings {
  /** Only who has full access may hand a link on. */
  readonly access: Access;
  readonly closures: readonly (ClosureRatingsView & {
    /** The link still opens something. */
    readonly open: boolean;
  })[];
}

/** What the customer's page is made of; nothing that names a person. */
export interface SurveyPage {
  readonly number: string;
  readonly product: string | null;
  readonly closedAt: Instant;
  readonly expiresAt: Instant;
  /** `reopened`: the case is being worked on again, or was closed anew. */
  readonly state: 'open' | 'reopened' | 'expired' | 'answered';
  readonly given: readonly RatingKind[];
}

export class RatingViews {
  /** @param windowMs how long after its closing a case may be rated */
  constructor(
    private readonly store: EventStore,
    private readonly windowMs: number,
  ) {}

  /** Null when there is no such case, or the caller may not see it: the two look the same. */
  async ofCase(scope: Scope, caseId: string, now: Instant): Promise<CaseRatings | null> {
    const facts = await this.factsOf(caseId);
    const fold = facts.reduce(evolveCaseFold, initialCaseFold);
    const subject = { region: fold.region, open: fold.ended === null, technicians: techniciansOf(fold) };
    const access = facts.length === 0 ? 'none' : accessTo(scope, subject);
    if (access === 'none') return null;
    const told = ratingsOf(visibleFacts(facts, access, scope.sub));
    const closures = fold.closures.map((closure) => ({
      cycle: closure.cycle,
      closedAt: instantText(closure.closedAt),
      sentAt: closure.sentAt === null ? null : instantText(closure.sentAt),
      expiresAt: instantText(closure.closedAt + this.windowMs),
      ratings: told.get(closure.cycle) ?? [],
      open: fold.caseType !== 'enquiry' && this.stateOf(fold, closure, now) === 'open',
    }));
    return { access, closures };
  }

  /** Null for a closing that never was. */
  async survey(caseId: string, cycle: number, now: Instant): Promise<SurveyPage | null> {
    const fold = (await this.factsOf(caseId)).reduce(evolveCaseFold, initialCaseFold);
    const closure = fold.closures.find((each) => each.cycle === cycle);
    if (!closure) return null;
    return {
      number: fold.number,
      product: fold.product,
      closedAt: closure.closedAt,
      expiresAt: closure.closedAt + this.windowMs,
      state: this.stateOf(fold, closure, now),
      given: closure.ratings.map(({ kind }) => kind),
    };
  }

  private stateOf(fold: CaseFold, closure: ClosureFold, now: Instant): SurveyPage['state'] {
    if (RATING_KINDS.every((kind) => closure.ratings.some((rating) => rating.kind === kind))) return 'answered';
    if (!closure.stands || fold.ended !== 'closed') return 'reopened';
    return now > closure.closedAt + this.windowMs ? 'expired' : 'open';
  }

  private async factsOf(caseId: string): Promise<readonly CaseFact[]> {
    const streams = ['case', 'survey'].map((category) => streamId(category, caseId));
    const read = await this.store.readStreams(streams, { personal: true });
    const events = streams.flatMap((id) => read.get(id) ?? []).sort((a, b) => (a.position < b.position ? -1 : 1));
    return events.filter(isCaseFact);
  }
}

function ratingsOf(facts: readonly CaseFact[]): ReadonlyMap<number, readonly RatingView[]> {
  const told = new Map<number, readonly RatingView[]>();
  for (const fact of facts) {
    if (fact.type !== 'RatingSubmitted') continue;
    const { cycle, kind, score, via, channel, comment } = fact.data;
    const rating = { kind, score, ...known({ comment }), channel, via, at: instantText(fact.occurredAt) };
    told.set(cycle, [...(told.get(cycle) ?? []), { ...rating, by: fact.metadata.actor }]);
  }
  return told;
}
