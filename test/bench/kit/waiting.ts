import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every few milliseconds, as nothing tells. Throws where it has not come by then: a bench never hangs. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
    await sleep(10);
  }
}

/** Each call at its own instant, evenly over the time, however long those before it take. Waits for all of them. */
export async function evenly(calls: number, perSecond: number, call: (n: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const made: Promise<void>[] = [];
  for (let n = 0; n < calls; n += 1) {
    const left = began + (n * 1_000) / perSecond - performance.now();
    if (left > 0) await sleep(left);
    made.push(call(n));
  }
  await Promise.all(made);
}
