import { setTimeout as sleep } from 'node:timers/promises';

/** Closing what it has open may take some seconds more, and a worker has 9 s for all of it. */
const STOP_WITHIN_MS = 2_000;

/**
 * Waits for `work`, which is told to stop by the same signal, and then for a while only: a request to a broker that is
 * silent is on its way for ten seconds and more. What is left behind changes nothing: it is fenced, or comes again.
 */
export async function leavingBehind(
  signal: AbortSignal,
  work: Promise<void>,
  stopWithinMs = STOP_WITHIN_MS,
): Promise<void> {
  const ended = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => void sleep(stopWithinMs, undefined, { ref: false }).then(resolve);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: ended.signal });
  });
  await Promise.race([work, stopped]).finally(() => ended.abort());
}
