/** Every closing of a case, whether a survey was sent after it, and what the customer said. */
import { isLowRating, type RatingKind, type RatingVia } from '@fieldcase/domain/events';
import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseFact } from './case-fact';

export interface RatingFold {
  readonly kind: RatingKind;
  readonly score: number;
  readonly via: RatingVia;
  readonly at: Instant;
}

export interface ClosureFold {
  /** 1 + reopenings before it. */
  readonly cycle: number;
  readonly closedAt: Instant;
  /** The case has not been reopened since. */
  readonly stands: boolean;
  readonly sentAt: Instant | null;
  readonly ratings: readonly RatingFold[];
  /** A low rating that no supervisor has noted yet. */
  readonly unheard: boolean;
}

export function evolveClosures(
  closures: readonly ClosureFold[],
  event: CaseFact,
  cycle: number,
): readonly ClosureFold[] {
  const change = (of: number, changes: (closure: ClosureFold) => Partial<ClosureFold>): readonly ClosureFold[] =>
    closures.map((closure) => (closure.cycle === of ? { ...closure, ...changes(closure) } : closure));
  switch (event.type) {
    case 'CaseClosed':
      return [
        ...closures.filter((closure) => closure.cycle !== cycle),
        { cycle, closedAt: event.occurredAt, stands: true, sentAt: null, ratings: [], unheard: false },
      ];
    case 'CaseReopened':
      return change(cycle, () => ({ stands: false }));
    case 'SurveySent':
      return change(event.data.cycle, () => ({ sentAt: event.occurredAt }));
    case 'RatingSubmitted': {
      const { kind, score, via } = event.data;
      const rating = { kind, score, via, at: event.occurredAt };
      return change(event.data.cycle, ({ ratings, unheard }) => ({
        ratings: [...ratings, rating],
        unheard: unheard || isLowRating(rating),
      }));
    }
    case 'NoteAdded':
      if (event.metadata.actorRole !== 'supervisor') return closures;
      return closures.map((closure) => ({ ...closure, unheard: false }));
    default:
      return closures;
  }
}
