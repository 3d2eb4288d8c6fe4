import type { Pool } from 'pg';
import { isKnownEvent } from '@fieldcase/application';
import { eventUpcasters } from '@fieldcase/domain';
import { SHARDS, type Projection, type RecordedEvent } from '@fieldcase/eventsourcing';
import {
  emptyRecord,
  eventRecord,
  logTopic,
  readRecord,
  type IncomingRecord,
  type KafkaTransport,
  type LogName,
} from '@fieldcase/kafka';
import { createPool, LogCheck, openLog, readLogIdentity, Rebuild, type OpenLog } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import type { Entry } from '../kills/journal';
import { readTopic } from '../kafka/read-topic';
import { digestOf } from './digest';
import type { Evidence, LoggedEvent, ReadModelRows, RememberedCommand, TopicRecord } from './evidence';
import { publicTopicsOf } from './gather-public';

export interface GatherOptions {
  /** The application's login; nothing else is at work there any more. */
  readonly databaseUrl: string;
  readonly base: bigint;
  readonly journal: readonly Entry[];
  readonly surprises?: readonly string[];
  readonly kafka?: { readonly transport: KafkaTransport; readonly prefix: string };
}

const PAGE = 5_000;

/** Reads log, topic, checkpoints and read models; the latter are built anew. */
export async function gather(options: GatherOptions): Promise<Evidence> {
  const { databaseUrl, base, journal, surprises = [], kafka } = options;
  const pool = createPool({ url: databaseUrl, max: 4 });
  const log = openLog(pool, { upcasters: eventUpcasters });
  try {
    const { logId, epoch } = await readLogIdentity(pool);
    const name = { logId, epoch };
    const { head, faults: logFaults } = await new LogCheck(pool).verify();
    const topic = kafka && (await topicOf(kafka.transport, logTopic(kafka.prefix), name));
    const positions = await positionsIn(pool);
    const parked = await parkedIn(pool);
    const recorded = await eventsOf(log);
    const events = recorded.map((event) => loggedEvent(event, name));
    const publicTopics = kafka ? await publicTopicsOf(kafka.transport, kafka.prefix, name, recorded) : [];
    const remembered = await rememberedIn(pool);
    const readModels = await compareReadModels(pool, log);
    const kept = { base, head, journal, logFaults, events, remembered, surprises };
    return { ...kept, topic, publicTopics, positions, parked, readModels };
  } finally {
    await log.close();
    await pool.end();
  }
}

async function eventsOf({ source }: OpenLog): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (let after = 0n; ;) {
    const { events, upTo } = await source.read({ after, limit: PAGE });
    if (events.length === 0) return found;
    found.push(...events);
    after = upTo;
  }
}

function loggedEvent(event: RecordedEvent, name: LogName): LoggedEvent {
  const { position, streamId, shard, type, metadata } = event;
  const { actor, commandId = event.eventId } = metadata;
  const step = type === 'SlaWarningRaised' || type === 'SlaBreached' ? stepOf(event) : undefined;
  const digest = digestOf(eventRecord(name, position - 1n, event));
  return { position, streamId, shard, type, actor, commandId, step, digest };
}

function stepOf({ type, data }: RecordedEvent): string {
  const { clockId, percent } = data as { clockId?: string; percent?: number };
  return `${type} ${clockId} ${percent ?? ''}`;
}

async function topicOf(transport: KafkaTransport, topic: string, name: LogName): Promise<TopicRecord[][]> {
  const partitions: TopicRecord[][] = Array.from({ length: SHARDS }, () => []);
  await readTopic(transport, topic, (partition, record) => {
    partitions[partition]?.push(topicRecord(partition, record, name));
  });
  return partitions;
}

function topicRecord(partition: number, record: IncomingRecord, name: LogName): TopicRecord {
  const { from, position, event } = readRecord(name, partition, record);
  if (event) return { from, position, digest: digestOf(record) };
  // An empty record is nothing but its headers.
  const wanted = emptyRecord(name, from, position);
  return { from, position, digest: record.key === wanted.key ? undefined : digestOf(record) };
}

async function positionsIn(pool: Pool): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await pool.query<{ subscription: string; position: string }>(
    `select subscription, min(position)::text as position from fieldcase.checkpoints group by subscription`,
  );
  return new Map(rows.map(({ subscription, position }) => [subscription, BigInt(position)]));
}

async function parkedIn(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select format('%s, position %s, %s: %s', subscription, position, type, error) as line from fieldcase.parked`,
  );
  return rows.map(({ line }) => line);
}

async function rememberedIn(pool: Pool): Promise<RememberedCommand[]> {
  const { rows } = await pool.query<{ hash: string; first: string; last: string }>(
    `select encode(key_hash, 'hex') as hash, first_position::text as first, last_position::text as last
       from fieldcase.commands`,
  );
  return rows.map(({ hash, first, last }) => ({ keyHash: hash, first: BigInt(first), last: BigInt(last) }));
}

/** Each as it stands, then built anew from the log in its place. */
async function compareReadModels(pool: Pool, { source, personal }: OpenLog): Promise<ReadModelRows[]> {
  const found: ReadModelRows[] = [];
  for (const projection of projections(personal)) {
    const live = await rowsOf(pool, projection);
    const rebuild = new Rebuild({ pool, source, projection, isKnown: isKnownEvent, owner: 'rig' });
    if (!(await rebuild.run(new AbortController().signal))) throw new Error(`${projection.name} was not rebuilt`);
    const rebuilt = await rowsOf(pool, projection);
    found.push(...projection.tables.map((table, n) => ({ table, live: live[n] ?? [], rebuilt: rebuilt[n] ?? [] })));
  }
  return found;
}

function rowsOf(pool: Pool, projection: Projection): Promise<string[][]> {
  return Promise.all(
    projection.tables.map(async (table) => {
      const { rows } = await pool.query<{ row: string }>(
        `select to_jsonb(t)::text as row from read_models."${table}" t order by to_jsonb(t)::text collate "C"`,
      );
      return rows.map(({ row }) => row);
    }),
  );
}
