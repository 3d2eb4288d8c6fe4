/** Rows know nothing of the moment at which they are read; here a reader's view of them is held against the judge. */
import fc from 'fast-check';
import { judge, type Clock } from '@fieldcase/domain/sla';
import { rootOf, type Instant } from '@fieldcase/eventsourcing';
import { HOUR } from '../specs/case-script';
import { IDS, randomHistory, written } from '../specs/random-history';
import { isCaseFact } from './apply-batch';
import { boardRowOf, type BoardRow } from './board-row';
import { evolveCaseFold, initialCaseFold, pausesOf, type CaseFold } from './case-fold';
import { nextClockAt } from './clock-outlook';
import { factRowsOf, type FactRow } from './fact-row';
import { unpackedClock } from './packed-clocks';

const stands = (clock: Clock): boolean =>
  clock.state === 'running' || (clock.state === 'breached' && clock.stoppedAt === null);

/** As the summary's SQL reads a row. */
function stateAt(row: FactRow, now: Instant): string {
  if (row.state !== 'ticking') return row.state;
  if (row.due_at !== null && Date.parse(row.due_at) < now) return 'breached';
  return row.runs_from !== null && Date.parse(row.runs_from) > now ? 'held' : 'running';
}
const held = (state: string): string => (state === 'paused' || state === 'suspended' ? 'held' : state);
const instantOf = (text: string): number =>
  text.endsWith('infinity') ? (text[0] === '-' ? -Infinity : Infinity) : Date.parse(text);

function isDueSoon(row: BoardRow, now: Instant): boolean {
  const ranges = [...row.soon.matchAll(/\[([^,]+),([^\])]+)[\])]/g)];
  return row.is_open && ranges.some(([, from, to]) => instantOf(from ?? '') <= now && now <= instantOf(to ?? ''));
}

/** As the board asks for the queue, in parts: each case is in one of them, or in none. */
function isInOnePart(row: BoardRow, now: Instant): boolean {
  const [due, from, to, later] = [row.due_at, row.soon_again_from, row.soon_again_to, row.soon_later_from].map(
    instantOf,
  );
  const isSoon = isDueSoon(row, now);
  if (due! >= now) return isSoon;
  const isAgain = from! <= now && now <= to!;
  return isAgain !== (later! <= now && isSoon);
}

/** The contract's words: a running clock past its 75 % step, or an expired pause. */
function shouldBeDueSoon(fold: CaseFold, clocks: readonly Clock[], now: Instant): boolean {
  const late = clocks.some((clock) => {
    const step = clock.steps.find(({ percent }) => percent === 75)?.at ?? Infinity;
    return clock.state === 'running' && step <= now;
  });
  return fold.ended === null && (late || pausesOf(fold).some(({ until }) => until !== null && until <= now));
}

function agrees(id: string, fold: CaseFold, now: Instant): void {
  const clocks = judge(fold.facts, now);
  const facts = factRowsOf(id, fold);
  const seen = Object.fromEntries(facts.map((row) => [row.clock_id, held(stateAt(row, now))]));
  expect(seen).toEqual(Object.fromEntries(clocks.map((clock) => [clock.clockId, held(clock.state)])));
  const row = boardRowOf(id, fold);
  const standing = fold.ended ? [] : clocks.filter(stands);
  const due = Math.min(...standing.map((clock) => clock.dueAt ?? Infinity));
  const next = nextClockAt(row.packed_clocks.map(unpackedClock), now);
  expect(next?.dueAt ?? Infinity).toBe(due);
  if (next) expect(held(next.state)).toBe(held(clocks.find((clock) => clock.clockId === next.clockId)?.state ?? ''));
  expect(instantOf(row.resumes_at) <= now ? instantOf(row.due_at) : instantOf(row.due_before_at)).toBe(due);
  expect(row.is_open && instantOf(row.due_at) < now).toBe(standing.some((clock) => clock.state === 'breached'));
  expect(isDueSoon(row, now)).toBe(shouldBeDueSoon(fold, clocks, now));
  expect(isInOnePart(row, now)).toBe(isDueSoon(row, now));
}

describe('rows', () => {
  it('give at any later moment the states, due instants and queues that the judge gives then', async () => {
    const later = fc.array(fc.integer({ min: 0, max: 120 * HOUR }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(randomHistory, later, async (history, moments) => {
        const { script, last } = await written(history);
        const facts = (await script.events()).filter(isCaseFact);
        for (const id of IDS) {
          const own = facts.filter((fact) => 'streamId' in fact && rootOf(fact.streamId) === id);
          const fold = own.reduce(evolveCaseFold, initialCaseFold);
          for (const moment of [0, ...moments]) agrees(id, fold, last + moment);
        }
      }),
      { numRuns: 100 },
    );
  });
});
