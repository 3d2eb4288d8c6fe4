import { Client } from 'pg';
import { CopiedLog } from './copied-log';
import { CopyLines } from './copy-lines';
import { sampleEvents } from './sample-events';

export interface FilledLog {
  readonly events: number;
  readonly cases: number;
  readonly eventsPerSecond: number;
}

const COLUMNS =
  'position, stream_id, version, shard, event_id, type, schema_version, data, metadata, occurred_at, recorded_at';
/** Built once at the end: row by row it takes most of the time. */
const BY_STREAM = 'events_stream_version_key';

/**
 * Fills the log of a scratch database, which has to be empty, with events of the product's sample cases: what every
 * projection follows, with valid payloads, as a live system of some hundred cases a day would have appended them.
 * Remembered commands are left out: they live for three days.
 * @param url of the owner
 */
export async function fillLog(url: string, events: number): Promise<FilledLog> {
  const [client, beside] = [new Client({ connectionString: url }), new Client({ connectionString: url })];
  await Promise.all([client.connect(), beside.connect()]);
  const log = new CopiedLog(await sampleEvents(), events);
  const began = performance.now();
  try {
    await client.query(`alter table fieldcase.events drop constraint ${BY_STREAM}`);
    await Promise.all([begin(client, 'events'), begin(beside, 'personal_data')]);
    await copyAll(log, client, beside);
    await Promise.all([client.query('commit'), beside.query('commit')]);
    await client.query(`alter table fieldcase.events add constraint ${BY_STREAM} unique (stream_id, version);
      analyze fieldcase.events; analyze fieldcase.personal_data`);
  } finally {
    await Promise.all([client.end(), beside.end()]);
  }
  const eventsPerSecond = Math.round((events * 1_000) / (performance.now() - began));
  return { events, cases: log.cases, eventsPerSecond };
}

/** Emptied in the same transaction, rows may be written frozen: the first reader has no marks to set. */
async function begin(client: Client, table: string): Promise<void> {
  await client.query(`begin; truncate fieldcase.${table}`);
}

async function copyAll(log: CopiedLog, client: Client, beside: Client): Promise<void> {
  const inLog = new CopyLines(client, `copy fieldcase.events (${COLUMNS}) from stdin with (freeze)`);
  const apart = new CopyLines(
    beside,
    'copy fieldcase.personal_data (position, subject_id, data) from stdin with (freeze)',
  );
  for (const { event, personal } of log.lines()) {
    const full = inLog.add(event);
    if (full) await full;
    const alsoFull = personal && apart.add(personal);
    if (alsoFull) await alsoFull;
  }
  await Promise.all([inLog.end(), apart.end()]);
}
