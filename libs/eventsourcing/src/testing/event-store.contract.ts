import type { EventStore, PersonalData } from '../event-store';
import { shardOf } from '../stream-id';
import { appended, contractEvent, contractKey, contractWrite } from './contract-events';
import { readingContract } from './reading.contract';

export interface StoreUnderTest {
  readonly store: EventStore;
  readonly personal: PersonalData & { eraseSubject(subjectId: string): Promise<number> };
  /** Called after the last test. */
  close?(): Promise<void>;
}

/** What every event store must do, one by one. Tests use streams of their own and one store together. */
export function eventStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name}: event store contract`, () => {
    let under: StoreUnderTest;
    let store: EventStore;
    beforeAll(async () => {
      under = await makeStore();
      store = under.store;
    });
    afterAll(async () => under.close?.());

    appendContract(() => store);
    readingContract(() => store);
    batchContract(() => store);
    keyContract(() => store);
    personalContract(() => under);
  });
}

function appendContract(store: () => EventStore): void {
  it('numbers positions without a gap and versions from 1', async () => {
    const before = await store().head();
    const write = contractWrite('case:versions', 0, 'A', 'B');
    const first = appended(await store().append({ writes: [write] }));
    const second = appended(await store().append({ writes: [contractWrite('case:versions', 2, 'C')] }));
    expect(first).toMatchObject({ firstPosition: before + 1n, lastPosition: before + 2n });
    expect(first.versions).toEqual(new Map([['case:versions', 2]]));
    expect(second).toMatchObject({ firstPosition: before + 3n, lastPosition: before + 3n });
    expect(second.recordedAt).toBeGreaterThanOrEqual(first.recordedAt);
    expect(await store().head()).toBe(before + 3n);

    const read = (await store().readStreams(['case:versions', 'case:nothing'])) as Map<string, unknown[]>;
    expect(read.get('case:nothing')).toEqual([]);
    expect(read.get('case:versions')).toMatchObject([first, first, second].map(({ recordedAt }) => ({ recordedAt })));
    expect(read.get('case:versions')?.[0]).toEqual({
      ...write.events[0],
      streamId: 'case:versions',
      version: 1,
      position: before + 1n,
      shard: shardOf('case:versions'),
      recordedAt: first.recordedAt,
    });
  });

  it('keeps what JSON can hold, whatever the text', async () => {
    const data = {
      text: `"quoted" \\ back {a,b} 双抢 😀 \u2028 ' null`,
      empty: '',
      list: [1, -0.5, null, { deep: [] }],
    };
    await store().append({ writes: [{ streamId: 'case:%2C%7B', expected: 0, events: [contractEvent('Odd', data)] }] });
    const read = await store().readStreams(['case:%2C%7B']);
    expect(read.get('case:%2C%7B')?.[0]?.data).toEqual(data);
  });

  it('writes several streams as a whole or not at all', async () => {
    await store().append({ writes: [contractWrite('case:whole-b', 0, 'B')] });
    const before = await store().head();
    const writes = [contractWrite('case:whole-a', 0, 'A'), contractWrite('case:whole-b', 0, 'B')];
    const refused = await store().append({ writes });
    expect(refused).toEqual({ outcome: 'conflict', streamId: 'case:whole-b', actual: 1 });
    expect(await store().head()).toBe(before);
    const done = appended(
      await store().append({ writes: [contractWrite('case:whole-a', 0, 'A'), contractWrite('case:whole-b', 1, 'B')] }),
    );
    expect([...done.versions]).toEqual([
      ['case:whole-a', 1],
      ['case:whole-b', 2],
    ]);
    const read = await store().readStreams(['case:whole-b', 'case:whole-a']);
    const position = (streamId: string): bigint | undefined => read.get(streamId)?.at(-1)?.position;
    expect([position('case:whole-a'), position('case:whole-b')]).toEqual([done.firstPosition, done.lastPosition]);
  });

  it('refuses when a stream that was only read has moved on', async () => {
    await store().append({ writes: [contractWrite('case:checked', 0, 'A')] });
    const write = contractWrite('case:checking', 0, 'A');
    const checks = [{ streamId: 'case:checked', expected: 0 }];
    expect(await store().append({ writes: [write], checks })).toMatchObject({ streamId: 'case:checked', actual: 1 });
    expect(
      await store().append({ writes: [write], checks: [{ streamId: 'case:checked', expected: 1 }] }),
    ).toMatchObject({
      outcome: 'appended',
    });
  });

  it('refuses a request that is not well formed', async () => {
    const twice = [contractWrite('case:twice', 0, 'A'), contractWrite('case:twice', 1, 'B')];
    await expect(store().append({ writes: twice })).rejects.toThrow('case:twice');
    await expect(store().append({ writes: [contractWrite('case:minus', -1, 'A')] })).rejects.toThrow(TypeError);
    const event = { ...contractEvent('A'), occurredAt: NaN };
    await expect(store().append({ writes: [{ streamId: 'case:nan', expected: 0, events: [event] }] })).rejects.toThrow(
      'occurredAt',
    );
  });
}

function batchContract(store: () => EventStore): void {
  it('lets one of many writers of a version win', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => store().append({ writes: [contractWrite('case:race', 0, 'A')] })),
    );
    expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(19);
  });

  it('refuses a conflict alone: the others of the same moment land', async () => {
    await store().append({ writes: [contractWrite('case:landing-3', 0, 'A')] });
    const before = await store().head();
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        store().append({ writes: [contractWrite(`case:landing-${n}`, 0, 'A', 'B')] }),
      ),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(results.map((_, n) => (n === 3 ? 'conflict' : 'appended')));
    expect(await store().head()).toBe(before + 18n);
    const read = await store().readStreams(results.map((_, n) => `case:landing-${n}`));
    results.forEach((result, n) => {
      if (result.outcome !== 'appended') return;
      const positions = read.get(`case:landing-${n}`)?.map((event) => event.position);
      expect(positions).toEqual([result.firstPosition, result.lastPosition]);
    });
  });

  it('has no write skew: of two that check what the other writes one is refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = [`case:skew-a-${round}`, `case:skew-b-${round}`];
      const results = await Promise.all([
        store().append({ writes: [contractWrite(a, 0, 'A')], checks: [{ streamId: b, expected: 0 }] }),
        store().append({ writes: [contractWrite(b, 0, 'B')], checks: [{ streamId: a, expected: 0 }] }),
      ]);
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['appended', 'conflict']);
    }
  });

  it('numbers blind appends by itself, without a gap', async () => {
    const fifteen = () =>
      Promise.all(
        Array.from({ length: 15 }, () => store().append({ writes: [contractWrite('depotfeed:d', 'any', 'A', 'B')] })),
      );
    const results = [...(await fifteen()), ...(await fifteen())];
    const last = results.map((result) => appended(result).versions.get('depotfeed:d') ?? 0);
    expect(last.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => 2 * n + 2));
    const read = (await store().readStreams(['depotfeed:d'])).get('depotfeed:d') ?? [];
    expect(read.map((event) => event.version)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });

  it('answers the version each blind append got, beside others that are refused', async () => {
    await store().append({ writes: [contractWrite('case:blind-side', 0, 'A')] });
    const mixed = await Promise.all([
      store().append({ writes: [contractWrite('depotfeed:e', 'any', 'A')] }),
      store().append({ writes: [contractWrite('depotfeed:e', 'any', 'B'), contractWrite('case:blind-side', 0, 'A')] }),
      store().append({ writes: [contractWrite('depotfeed:e', 'any', 'C')] }),
    ]);
    expect(mixed.map(({ outcome }) => outcome)).toEqual(['appended', 'conflict', 'appended']);
    const read = (await store().readStreams(['depotfeed:e'])).get('depotfeed:e') ?? [];
    expect(read.map((event) => event.type).sort()).toEqual(['A', 'C']);
    for (const [index, type] of [[0, 'A'] as const, [2, 'C'] as const]) {
      const event = read.find((each) => each.type === type);
      const result = mixed[index];
      expect(result && appended(result).versions.get('depotfeed:e')).toBe(event?.version);
      expect(result && appended(result).firstPosition).toBe(event?.position);
    }
  });
}

function keyContract(store: () => EventStore): void {
  it('does a request once, however often its key is sent at the same moment', async () => {
    const key = contractKey('fifty');
    const before = await store().head();
    const results = await Promise.all(
      Array.from({ length: 50 }, () => store().append({ writes: [contractWrite('case:fifty', 0, 'A', 'B')], key })),
    );
    expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    const replays = results.filter((result) => result.outcome === 'replayed');
    expect(replays).toHaveLength(49);
    expect(replays[0]).toEqual({
      outcome: 'replayed',
      answer: { id: 'fifty' },
      firstPosition: before + 1n,
      lastPosition: before + 2n,
    });
    expect(await store().head()).toBe(before + 2n);
  });

  it('replays a repeated request even where the state would refuse it now', async () => {
    const key = contractKey('late');
    await store().append({ writes: [contractWrite('case:late', 0, 'Closed')], key });
    await store().append({ writes: [contractWrite('case:late', 1, 'Reopened')] });
    const again = await store().append({ writes: [contractWrite('case:late', 0, 'Closed')], key });
    expect(again).toMatchObject({ outcome: 'replayed', answer: { id: 'late' } });
    const look = await store().lookUp(key, ['case:late', 'case:unheard']);
    expect(look.found).toMatchObject({ outcome: 'replayed', answer: { id: 'late' } });
    expect([...look.versions]).toEqual([
      ['case:late', 2],
      ['case:unheard', 0],
    ]);
  });

  it('refuses a key that was used for another request', async () => {
    await store().append({ writes: [contractWrite('case:reused', 0, 'A')], key: contractKey('reused') });
    const other = contractKey('reused', 'another request');
    expect(await store().append({ writes: [contractWrite('case:reused', 1, 'B')], key: other })).toEqual({
      outcome: 'key-reused',
    });
    expect((await store().lookUp(other, [])).found).toEqual({ outcome: 'key-reused' });
    expect((await store().lookUp(contractKey('unused'), [])).found).toBeUndefined();
  });

  it('forgets the key of a refused request', async () => {
    await store().append({ writes: [contractWrite('case:refused', 0, 'A')] });
    const key = contractKey('refused');
    expect(await store().append({ writes: [contractWrite('case:refused', 0, 'B')], key })).toMatchObject({
      outcome: 'conflict',
    });
    expect((await store().lookUp(key, [])).found).toBeUndefined();
    expect(await store().append({ writes: [contractWrite('case:refused', 1, 'B')], key })).toMatchObject({
      outcome: 'appended',
    });
  });

  it('replays the positions of a request beside which another was refused', async () => {
    await store().append({ writes: [contractWrite('case:key-side', 0, 'A')] });
    const request = { writes: [contractWrite('case:key', 0, 'A', 'B')], key: contractKey('beside') };
    const [refused, done] = await Promise.all([
      store().append({ writes: [contractWrite('case:key-side', 0, 'A')] }),
      store().append(request),
    ]);
    expect(refused.outcome).toBe('conflict');
    const { firstPosition, lastPosition } = appended(done);
    expect(await store().append(request)).toMatchObject({ outcome: 'replayed', firstPosition, lastPosition });
  });

  it('remembers a request that decided nothing, at the head of that moment', async () => {
    const key = contractKey('nothing');
    const head = await store().head();
    const writes = [{ streamId: 'case:quiet', expected: 0, events: [] }];
    expect(await store().append({ writes, key })).toMatchObject({ firstPosition: head, lastPosition: head });
    const replayed = { outcome: 'replayed', firstPosition: head, lastPosition: head };
    expect(await store().append({ writes, key })).toMatchObject(replayed);
    expect(await store().head()).toBe(head);
  });
}

function personalContract(under: () => StoreUnderTest): void {
  it('keeps personal fields apart, merges them where asked, and erases them for good', async () => {
    const { store, personal } = under();
    const subject = { subjectId: 'anna', data: { contact: { name: '王"\\', phone: '1' } } };
    const events = [contractEvent('A', { site: 's' }, subject), contractEvent('B', { plain: true })];
    const { firstPosition } = appended(
      await store.append({
        writes: [{ streamId: 'case:anna', expected: 0, events }],
      }),
    );
    const first = async (options: object): Promise<unknown> =>
      (await store.readStreams(['case:anna'], options)).get('case:anna')?.[0]?.data;
    expect(await first({})).toEqual({ site: 's' });
    expect(await first({ personal: true })).toEqual({ site: 's', ...subject.data });
    expect(await personal.fetch([firstPosition, firstPosition + 1n])).toEqual(new Map([[firstPosition, subject.data]]));
    expect(await personal.eraseSubject('anna')).toBe(1);
    expect(await first({ personal: true })).toEqual({ site: 's' });
    expect(await personal.fetch([firstPosition])).toEqual(new Map());
  });

  it('keeps personal fields with their own event, beside a request that is refused', async () => {
    const { store, personal } = under();
    await store.append({ writes: [contractWrite('case:bert-side', 0, 'A')] });
    const subject = { subjectId: 'bert', data: { name: 'Bert' } };
    const events = [contractEvent('A', {}, subject), contractEvent('B')];
    const [refused, done] = await Promise.all([
      store.append({ writes: [contractWrite('case:bert-side', 0, 'A')] }),
      store.append({ writes: [{ streamId: 'case:bert', expected: 0, events }] }),
    ]);
    expect(refused.outcome).toBe('conflict');
    const { firstPosition, lastPosition } = appended(done);
    expect(await personal.fetch([firstPosition, lastPosition])).toEqual(new Map([[firstPosition, subject.data]]));
  });
}
