import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { SHARDS, shardOf, type Instant } from '@fieldcase/eventsourcing';
import { connectedTo } from '../../rig/scratch-database';

export const STARTED = 'Started';
const TIMER_COLUMNS = 'root, due_at, wake_at, as_of';
const EVENT_COLUMNS =
  'position, stream_id, version, shard, event_id, type, schema_version, data, metadata, occurred_at, recorded_at';
const METADATA = JSON.stringify({ correlationId: 'bench', causationId: 'bench', actor: 'bench', actorRole: 'system' });
/** Rows of one chunk of a COPY. */
const AT_ONCE = 500;

/** Timers of which nothing is due while the bench runs: nobody looks at their streams, and so they have none. */
export async function openTimers(url: string, count: number, dueAt: Instant): Promise<void> {
  await connectedTo(url, async (client) => {
    await copy(client, `fieldcase.timers (${TIMER_COLUMNS})`, count, () => timerRow(randomUUID(), dueAt, 1));
    await client.query('vacuum analyze fieldcase.timers');
  });
}

/**
 * Clocks whose one step is still to come: of each its stream in the log and its row, as the store and the timers'
 * subscription would have left them, with that one's checkpoint at the head. All rows are there at once, at the end.
 */
export async function startClocks(url: string, count: number, dueAt: (n: number) => Instant): Promise<void> {
  const roots = Array.from({ length: count }, () => randomUUID());
  const rootOf = (n: number): string => roots[n] ?? '';
  await connectedTo(url, async (client) => {
    const { rows } = await client.query<{ head: string }>(
      'select coalesce(max(position), 0) as head from fieldcase.events',
    );
    const head = Number(rows[0]?.head);
    const columns = `fieldcase.events (${EVENT_COLUMNS})`;
    await copy(client, columns, count, (n) => eventRow(rootOf(n), head + n + 1, dueAt(n)));
    await client.query('vacuum analyze fieldcase.events');
    await client.query(SUBSCRIBED, [head + count]);
    await copy(client, `fieldcase.timers (${TIMER_COLUMNS})`, count, (n) =>
      timerRow(rootOf(n), dueAt(n), head + count),
    );
    // Its one index is asked for the earliest only: nothing is planned by what `analyze` would find now.
  });
}

const SUBSCRIBED = `
with subscription as (
  insert into fieldcase.subscriptions (subscription, version, tables) values ('timers', 1, '{}') on conflict do nothing)
insert into fieldcase.checkpoints (subscription, shard, version, position)
select 'timers', shard, 1, $1 from generate_series(0, ${SHARDS - 1}) as shard
on conflict (subscription, shard) do update set position = excluded.position`;

function timerRow(root: string, dueAt: Instant, asOf: number): string {
  const at = new Date(dueAt).toISOString();
  return `${root}\t${at}\t${at}\t${asOf}\n`;
}

function eventRow(root: string, position: number, dueAt: Instant): string {
  const streamId = `case:${root}`;
  const now = new Date().toISOString();
  const data = JSON.stringify({ at: dueAt });
  const fields = [position, streamId, 1, shardOf(streamId), randomUUID(), STARTED, 1, data, METADATA, now, now];
  return `${fields.join('\t')}\n`;
}

async function copy(client: Client, into: string, count: number, rowOf: (n: number) => string): Promise<void> {
  const chunks = function* (): Generator<string> {
    for (let done = 0; done < count; done += AT_ONCE) {
      yield Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, n) => rowOf(done + n)).join('');
    }
  };
  await pipeline(Readable.from(chunks()), client.query(copyFrom(`copy ${into} from stdin`)));
}
