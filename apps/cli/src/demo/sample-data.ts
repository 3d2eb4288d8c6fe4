import type { EventStore, Instant } from '@fieldcase/eventsourcing';
import { BlockWriter } from './block-writer';
import { beginBlock, casesIn, readBlocks } from './blocks';

export interface SampleDataOptions {
  readonly store: EventStore;
  readonly seed: number;
  /** At least so many of the seed will be in the log. */
  readonly cases: number;
  /** Epoch ms; what has not begun yet begins now. */
  readonly now: () => Instant;
  readonly onProgress?: (cases: number) => void;
}

export interface SampleReport {
  readonly seed: number;
  readonly cases: { readonly asked: number; readonly added: number; readonly inLog: number };
  /** Written by this run. */
  readonly events: number;
}

/**
 * Fills the log with sample cases, block by block. Of what an earlier run of the same seed began only the rest is
 * written. Throws Refusal where somebody else has gone on with cases that were not complete yet.
 */
export async function addSampleData(options: SampleDataOptions): Promise<SampleReport> {
  const { store, seed, cases: asked, now } = options;
  const writer = new BlockWriter(store, options.onProgress);
  let blocks = await readBlocks(store, seed);
  // A block begins when the one before is complete.
  for (let next = Math.max(0, blocks.length - 1); ; next += 1) {
    if (next === blocks.length && casesIn(blocks) < asked) blocks = await beginBlock(store, seed, blocks, asked, now());
    const block = blocks[next];
    if (!block) break;
    await writer.complete(block);
  }
  const { cases: added, events } = writer;
  return { seed, cases: { asked, added, inLog: casesIn(blocks) }, events };
}
