import type { EventStore } from '../event-store';
import type { LogSource } from '../log-source';
import { SHARDS } from '../stream-id';
import { contractWrite } from './contract-events';

export interface SharedSourcesUnderTest {
  readonly store: EventStore;
  /** They share the log between them. */
  readonly sources: readonly LogSource[];
  close?(): Promise<void>;
}

const LONG_MS = 60_000;
const STREAMS = 40;
const never = new AbortController().signal;
const ALL = Array.from({ length: SHARDS }, (_, shard) => shard);

/** What sources that have a share of the shards must do beside what every source must. */
export function sharedLogSourceContract(name: string, makeSources: () => Promise<SharedSourcesUnderTest>): void {
  describe(`${name}: shared log source contract`, () => {
    let under: SharedSourcesUnderTest;
    beforeAll(async () => {
      under = await makeSources();
      for (let n = 0; n < STREAMS; n += 1) {
        await under.store.append({ writes: [contractWrite(`case:shared-${n}`, 0, 'Odd', 'Even')] });
      }
    });
    afterAll(async () => under.close?.());

    it('deals every shard out to one of them', () => {
      const shares = under.sources.map(({ share }) => share ?? []);
      expect(shares.every((share) => share.length > 0)).toBe(true);
      expect(shares.flat().toSorted((a, b) => a - b)).toEqual(ALL);
    });

    it('hands out the events of the share in order, says whose they are, and together everything once', async () => {
      const head = await under.store.head();
      const seen: bigint[] = [];
      for (const source of under.sources) {
        const own = await readShare(source, head);
        expect(own).toEqual([...own].sort((a, b) => (a < b ? -1 : 1)));
        seen.push(...own);
      }
      expect(seen.sort((a, b) => (a < b ? -1 : 1))).toEqual(
        Array.from({ length: Number(head) }, (_, n) => BigInt(n + 1)),
      );
    });

    it('leaves out of a shard what lies before the position that is told of it', async () => {
      const [source] = under.sources;
      const head = await under.store.head();
      const [ahead] = source?.share ?? [];
      const from = ALL.map((shard) => (shard === ahead ? head : 0n));
      await source?.waitForMore(0n, LONG_MS, never);
      const { events = [], shards } = (await source?.read({ after: 0n, limit: 1_000, from })) ?? {};
      expect(shards).toBe(source?.share);
      expect(events.length).toBeGreaterThan(0);
      // A source may hand out more; none may hand out less of the other shards.
      expect(events.every(({ shard }) => source?.share?.includes(shard))).toBe(true);
    });
  });
}

async function readShare(source: LogSource, head: bigint): Promise<bigint[]> {
  const positions: bigint[] = [];
  for (let after = 0n; after < head;) {
    await source.waitForMore(after, LONG_MS, never);
    const { events, upTo, shards } = await source.read({ after, limit: 7 });
    expect(shards).toBe(source.share);
    expect(events.every(({ shard }) => source.share?.includes(shard))).toBe(true);
    positions.push(...events.map(({ position }) => position));
    after = upTo;
  }
  return positions;
}
