import { createHash, randomUUID } from 'node:crypto';
import type { Client, Pool } from 'pg';
import { isKnownEvent } from '@fieldcase/application';
import { streamId, type NewEvent, type RecordedEvent } from '@fieldcase/eventsourcing';
import { eventRecord } from '@fieldcase/kafka';
import {
  createPool,
  PostgresEventStore,
  PostgresLogSource,
  PostgresPersonalData,
  ProjectionRunner,
} from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { addSampleData } from '../../apps/cli/src/demo/sample-data';
import { connectedTo, scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { round } from './kit/figures';
import { sizesOf } from './kit/sizes';

/**
 * `npm run bench -- bytes [--cases 20000] [--commands 2000] [--smoke]`: what an event takes on disks, of sample cases as
 * `fieldcase demo` makes them: in the log, in the read models, in Kafka (not compressed); and what WAL a command with its
 * idempotency key writes, one after the other as on a quiet day: just after a checkpoint, when the first touch of each page
 * is written whole, and long after one. The reference is the event itself as JSON. For docs/scale.md.
 */
const sizes = sizesOf({ full: { cases: 20_000, commands: 2_000 }, small: { cases: 100, commands: 100 } });
const report = new BenchReport('bytes');

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_bytes');
  const pool = createPool({ url: database.url, statementTimeoutMs: 0 });
  const [store, source] = [new PostgresEventStore(pool), new PostgresLogSource(pool)];
  try {
    await connectedTo(database.url, async (owner) => {
      const filled = await walOf(owner, () => addSampleData({ store, seed: 1, cases: sizes.cases, now: Date.now }));
      const events = Number(await source.head());
      report.add({ part: 'filled', cases: sizes.cases, events, walPerEvent: round(filled / events) });
      const followed = await walOf(owner, () => follow(pool, source));
      await owner.query('vacuum analyze');
      const json = await jsonOf(source);
      report.add({ part: 'one event', as: 'JSON', bytes: round(json.event) });
      report.add({ part: 'one event', as: 'record in Kafka', bytes: round(json.record) });
      for (const [as, bytes] of await tablesOf(owner))
        report.add({ part: 'one event', as, bytes: round(bytes / events) });
      report.add({ part: 'one event', as: 'WAL of all read models, caught up', bytes: round(followed / events) });
      const log = await logBytes(owner);
      const ratio = round(log / events / json.event);
      report.shape('the log takes at most 4 times the bytes of its events as JSON', ratio <= 4, ratio);
      await commands(owner, store, source);
      await quietly(owner, pool, source, store);
    });
  } finally {
    await source.close();
    await pool.end();
    await database.drop();
  }
  report.finish();
}

async function follow(pool: Pool, source: PostgresLogSource, batchSize?: number): Promise<void> {
  for (const projection of projections(new PostgresPersonalData(pool))) {
    const options = { pool, source, projection, isKnown: isKnownEvent };
    await new ProjectionRunner({ ...options, ...(batchSize === undefined ? {} : { batchSize }) }).catchUp();
  }
}

/** Read models that get a few events at a time, after a checkpoint. */
async function quietly(owner: Client, pool: Pool, source: PostgresLogSource, store: PostgresEventStore): Promise<void> {
  await follow(pool, source);
  const before = await source.head();
  await addSampleData({ store, seed: 2, cases: Math.ceil(sizes.cases / 50), now: Date.now });
  const events = Number((await source.head()) - before);
  await owner.query('checkpoint');
  const wal = await walOf(owner, () => follow(pool, source, 4));
  report.add({ part: 'one event', as: 'WAL of all read models, four events at a time', bytes: round(wal / events) });
}

/** The last events once more, each as a command to a case of its own. */
async function commands(owner: Client, store: PostgresEventStore, source: PostgresLogSource): Promise<void> {
  const head = await source.head();
  const { events } = await source.read({ after: head - BigInt(sizes.commands), limit: sizes.commands });
  const all = async (): Promise<void> => {
    for (const event of events) await command(store, event);
  };
  await owner.query('checkpoint');
  const first = await walOf(owner, all);
  const later = await walOf(owner, all);
  const { rows } = await owner.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits
     where inhparent = 'fieldcase.commands'::regclass`,
  );
  const count = events.length;
  report.add({ part: 'one command', as: 'WAL just after a checkpoint', bytes: round(first / count) });
  report.add({ part: 'one command', as: 'WAL long after one', bytes: round(later / count) });
  report.add({ part: 'one command', as: 'row of its key', bytes: round(Number(rows[0]?.bytes) / (2 * count)) });
}

async function command(
  store: PostgresEventStore,
  { type, data, schemaVersion, metadata }: RecordedEvent,
): Promise<void> {
  const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
  const root = randomUUID();
  const event: NewEvent = { eventId: randomUUID(), type, data, schemaVersion, occurredAt: Date.now(), metadata };
  const key = { hash: sha256(root).subarray(0, 16), request: sha256(root), answer: { id: root, version: 1 } };
  await store.append({ writes: [{ streamId: streamId('case', root), expected: 0, events: [event] }], key });
}

/** Means, without what is personal: it is in a table of its own. */
async function jsonOf(source: PostgresLogSource): Promise<{ event: number; record: number }> {
  const { events } = await source.read({ after: 0n, limit: 20_000 });
  let [event, record] = [0, 0];
  for (const each of events) {
    const { value, headers, key } = eventRecord({ logId: randomUUID(), epoch: 1 }, each.position - 16n, each);
    event += Buffer.byteLength(JSON.stringify({ ...each, position: String(each.position) }));
    record += Buffer.byteLength((value ?? '') + (key ?? '') + Object.entries(headers).flat().join(''));
  }
  return { event: event / events.length, record: record / events.length };
}

/** Of the log's two tables, their indexes, and each read model with its own; bytes. */
async function tablesOf(owner: Client): Promise<[string, number][]> {
  const { rows } = await owner.query<{ as: string; heap: string; indexes: string }>(`
    select n.nspname || '.' || c.relname as as, pg_table_size(c.oid) as heap, pg_indexes_size(c.oid) as indexes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and (n.nspname = 'read_models' or c.oid in ('fieldcase.events'::regclass, 'fieldcase.personal_data'::regclass))
      and pg_table_size(c.oid) > 100000
    order by n.nspname, c.relname`);
  return rows.flatMap(({ as, heap, indexes }): [string, number][] => [
    [as, Number(heap)],
    [`indexes of ${as}`, Number(indexes)],
  ]);
}

async function logBytes(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ bytes: string }>(`select pg_total_relation_size('fieldcase.events') as bytes`);
  return Number(rows[0]?.bytes);
}

async function walOf(owner: Client, work: () => Promise<unknown>): Promise<number> {
  const { rows: before } = await owner.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn');
  await work();
  const { rows } = await owner.query<{ bytes: string }>('select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes', [
    before[0]?.lsn,
  ]);
  return Number(rows[0]?.bytes);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
