import type { LogBatch, LogSource, ReadLogOptions } from '../log-source';
import type { RecordedEvent } from '../message';
import type { ReferenceSource } from '../reference-source';
import type { InMemoryEventStore } from './in-memory-event-store';

/** The log of an InMemoryEventStore in order. */
export class InMemoryLogSource implements LogSource, ReferenceSource {
  constructor(private readonly store: InMemoryEventStore) {}

  async read({ after, limit, types, upTo }: ReadLogOptions): Promise<LogBatch> {
    const head = await this.store.head();
    const end = upTo !== undefined && upTo < head ? upTo : head;
    if (end <= after) return { events: [], upTo: after };
    const wanted = types && new Set(types);
    const events = this.store
      .slice(after, Number(end - after))
      .filter((event) => !wanted || wanted.has(event.type))
      .slice(0, limit);
    return { events, upTo: events.length === limit ? (events.at(-1)?.position ?? end) : end };
  }

  async readTypes(types: readonly string[], after: bigint): Promise<readonly RecordedEvent[]> {
    const batch = await this.read({ after, limit: Number.MAX_SAFE_INTEGER, types });
    return batch.events;
  }

  head(): Promise<bigint> {
    return this.store.head();
  }

  async waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    // Looked at without an await before the watch begins: nothing can be appended in between.
    if (signal.aborted || this.store.slice(after, 1).length > 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unwatch();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      const unwatch = this.store.watch(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
