import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaJSProtocolError } from 'kafkajs';

const ATTEMPTS = 20;

/** A topic that was just made, or a leader that was just chosen, is not known to every broker yet. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof KafkaJSProtocolError && error.retriable)) throw error;
      await sleep(100 * attempt);
    }
  }
}

/** Waits no longer than that; the work goes on by itself. */
export async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: late.signal, ref: false }).catch(() => undefined)]);
  late.abort();
}
