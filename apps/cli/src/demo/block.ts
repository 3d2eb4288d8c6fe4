import type { Instant } from '@fieldcase/eventsourcing';

/** Cases of one block, at most: a month's work of its crew. */
export const BLOCK_CASES = 300;

/**
 * Sample cases that are begun together. Everything in them derives from the seed, their place and `startedAt`, from
 * which all times are counted back: a block that is taken up again later is still the block that was begun.
 */
export interface Block {
  readonly seed: number;
  /** From 0. */
  readonly index: number;
  /** Ordinal of its first case among all of the seed's. */
  readonly firstCase: number;
  readonly cases: number;
  /** Counter of its first case number. */
  readonly numbersFrom: number;
  readonly startedAt: Instant;
  /** Of its technicians, from 0 in the whole log: every block has a crew of its own. */
  readonly crew: number;
}
