import type { EventStore, Instant, RecordedEvent } from '@fieldcase/eventsourcing';
import { stableId } from '@fieldcase/domain';
import type { CaseNumbersReserved } from '@fieldcase/domain/events';
import { COUNTER, importActor, importStream, reserveNumbers, type NumberBlock } from '../import/case-numbers';
import { BLOCK_CASES, type Block } from './block';
import { SAMPLE_SOURCE } from './sample-event';

/** A block as the log knows it. */
export interface BegunBlock extends Block {
  /** Of its beginning: what it is decided on is the log up to here, however often it is taken up again. */
  readonly position: bigint;
}

const keyOf = (seed: number): string => `seed-${seed}`;

export async function readBlocks(store: EventStore, seed: number): Promise<readonly BegunBlock[]> {
  const stream = importStream(SAMPLE_SOURCE, keyOf(seed));
  const streams = await store.readStreams([stream, COUNTER]);
  const crews = crewsIn(streams.get(COUNTER) ?? []);
  let firstCase = 0;
  return (streams.get(stream) ?? []).map(({ data, occurredAt, position }, index) => {
    const { numbersFrom, cases } = data as NumberBlock;
    const crew = crews.get(numbersFrom) ?? 0;
    const block = { seed, index, firstCase, cases, numbersFrom, startedAt: occurredAt, crew, position };
    firstCase += cases;
    return block;
  });
}

/** Crews by the first number of their block, in the order in which the blocks of all seeds began. */
function crewsIn(reservations: readonly RecordedEvent[]): ReadonlyMap<number, number> {
  const ours = reservations.filter(({ metadata }) => metadata.actor === importActor(SAMPLE_SOURCE));
  return new Map(ours.map(({ data }, crew) => [(data as CaseNumbersReserved['data']).from, crew]));
}

export const casesIn = (blocks: readonly Block[]): number => blocks.reduce((sum, { cases }) => sum + cases, 0);

/** The blocks with one more, which is this one's or another run's: two runs at once fill the same blocks. */
export async function beginBlock(
  store: EventStore,
  seed: number,
  blocks: readonly BegunBlock[],
  asked: number,
  now: Instant,
): Promise<readonly BegunBlock[]> {
  const cases = Math.min(BLOCK_CASES, asked - casesIn(blocks));
  const runId = stableId('demo-block', seed, blocks.length);
  const run = { source: SAMPLE_SOURCE, fileDigest: keyOf(seed), runId, at: now };
  for (;;) {
    await reserveNumbers(store, run, cases, blocks.length);
    const begun = await readBlocks(store, seed);
    if (begun.length > blocks.length) return begun;
  }
}
