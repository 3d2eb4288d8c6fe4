import type { EventStore } from '../event-store';
import { lookedAt, type LogSource } from '../log-source';
import type { RecordedEvent } from '../message';
import { contractWrite } from './contract-events';

export interface SourceUnderTest {
  readonly store: EventStore;
  readonly source: LogSource;
  close?(): Promise<void>;
}

const NEVER_REACHED_MS = 60_000;

/** What every source of the log must do. */
export function logSourceContract(name: string, makeSource: () => Promise<SourceUnderTest>): void {
  describe(`${name}: log source contract`, () => {
    let under: SourceUnderTest;
    beforeAll(async () => {
      under = await makeSource();
      for (let n = 0; n < 5; n += 1) {
        await under.store.append({ writes: [contractWrite(`case:source-${n}`, 0, 'Odd', 'Even')] });
      }
    });
    afterAll(async () => under.close?.());

    readContract(() => under.source);
    waitContract(() => under);
  });
}

const positions = (events: readonly RecordedEvent[]): bigint[] => events.map((event) => event.position);

function readContract(source: () => LogSource): void {
  it('reads every position once and in order, page by page', async () => {
    const head = await source().head();
    const seen: bigint[] = [];
    for (let after = 0n; after < head;) {
      const { events, upTo } = await source().read({ after, limit: 3 });
      expect(events.length).toBeLessThanOrEqual(3);
      expect(upTo).toBe(events.at(-1)?.position);
      seen.push(...positions(events));
      after = upTo;
    }
    expect(seen).toEqual(Array.from({ length: Number(head) }, (_, n) => BigInt(n + 1)));
  });

  it('says how far it looked when it leaves types out', async () => {
    const head = await source().head();
    expect(await source().read({ after: 0n, limit: 100, types: ['Nothing'] })).toMatchObject({
      events: [],
      upTo: head,
    });
    const odd = await source().read({ after: 0n, limit: 2, types: ['Odd'] });
    expect(positions(odd.events)).toEqual([1n, 3n]);
    expect(odd.upTo).toBe(3n);
    const rest = await source().read({ after: 3n, limit: 100, types: ['Odd', 'Other'] });
    expect(positions(rest.events)).toEqual([5n, 7n, 9n]);
    expect(rest.upTo).toBe(head);
  });

  it('counts what it may leave out, and leaves out nothing else', async () => {
    const head = await source().head();
    const seen: bigint[] = [];
    for (let after = 0n; after < head;) {
      const batch = await source().read({ after, limit: 3, except: ['Odd'] });
      expect(lookedAt(batch)).toBe(Number(batch.upTo - after));
      expect(lookedAt(batch)).toBeLessThanOrEqual(3);
      seen.push(...positions(batch.events.filter(({ type }) => type !== 'Odd')));
      after = batch.upTo;
    }
    expect(seen).toEqual([2n, 4n, 6n, 8n, 10n]);
  });

  it('reads no further than it is told', async () => {
    const { events, upTo } = await source().read({ after: 2n, limit: 100, upTo: 4n });
    expect(positions(events)).toEqual([3n, 4n]);
    expect(upTo).toBe(4n);
    expect((await source().read({ after: 2n, limit: 100, types: ['Nothing'], upTo: 4n })).upTo).toBe(4n);
  });

  it('answers an empty batch at the head', async () => {
    const head = await source().head();
    expect(await source().read({ after: head, limit: 10 })).toMatchObject({ events: [], upTo: head });
    expect(await source().read({ after: head, limit: 10, types: ['Odd'] })).toMatchObject({ events: [], upTo: head });
  });
}

function waitContract(under: () => SourceUnderTest): void {
  it('wakes when the log grows, and at once when it has grown', async () => {
    const { source, store } = under();
    const head = await source.head();
    const woken = source.waitForMore(head, NEVER_REACHED_MS, new AbortController().signal);
    await store.append({ writes: [contractWrite('case:wake', 0, 'A')] });
    await woken;
    expect(await source.head()).toBe(head + 1n);
    await source.waitForMore(head, NEVER_REACHED_MS, new AbortController().signal);
  });

  it('ends on abort, before and while it waits, and after its timeout', async () => {
    const { source } = under();
    const head = await source.head();
    const abort = new AbortController();
    const waiting = source.waitForMore(head, NEVER_REACHED_MS, abort.signal);
    abort.abort();
    await waiting;
    await source.waitForMore(head, NEVER_REACHED_MS, abort.signal);
    await source.waitForMore(head, 1, new AbortController().signal);
  });
}
