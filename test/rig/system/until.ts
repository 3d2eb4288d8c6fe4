import { setTimeout as pause } from 'node:timers/promises';

export interface Bound {
  readonly withinMs: number;
  readonly signal?: AbortSignal;
}

const EVERY_MS = 50;

/** What was waited for has not come about in time; says what, and how it stands. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/**
 * Looks again and again until it is so.
 * @param how what to say of the state of things where it does not come about
 * @returns milliseconds that it took. @throws NotInTime, and what `isSo` throws
 */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  { withinMs, signal }: Bound,
  how: () => Promise<string> | string = () => '',
): Promise<number> {
  const began = performance.now();
  for (;;) {
    if (await isSo()) return performance.now() - began;
    signal?.throwIfAborted();
    if (performance.now() - began > withinMs) {
      throw new NotInTime(`waited ${Math.round(withinMs / 1_000)} s for ${what}\n${await how()}`);
    }
    await pause(EVERY_MS);
  }
}
