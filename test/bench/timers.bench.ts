import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rootOf, streamId, type EventStore, type Instant, type NewEvent } from '@fieldcase/eventsourcing';
import {
  Announcer,
  createPool,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  ProjectionRunner,
  TimerRunner,
  TIMERS_CHANNEL,
  TimersSubscription,
  type NextDue,
} from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';

/**
 * How late a due timer is: from the instant at which it was due to the `recordedAt` of the event that its firing
 * appended, both by the database's clock. First timers one by one as on an idle machine, each armed through the log
 * shortly before it is due; then many that are due at the same instant.
 */
const { values } = parseArgs({
  options: { timers: { type: 'string', default: '200' }, burst: { type: 'string', default: '2000' } },
});
const timers = Number(values.timers);
const burst = Number(values.burst);

const caseStream = (root: string): string => streamId('case', root);

async function write(store: EventStore, root: string, type: string, at: Instant): Promise<void> {
  const id = randomUUID();
  const metadata = { correlationId: id, causationId: id, actor: 'bench', actorRole: 'system' };
  const event: NewEvent = { eventId: id, type, data: { at }, schemaVersion: 1, occurredAt: at, metadata };
  await store.append({ writes: [{ streamId: caseStream(root), expected: 'any', events: [event] }] });
}

/** A clock with one step: due at `at` of its start until it was recorded. */
function nextDueOf(store: EventStore): NextDue {
  return async (roots) => {
    const streams = await store.readStreams(roots.map(caseStream));
    return new Map(
      [...streams].map(([id, events]) => {
        const [first, ...others] = events;
        return [rootOf(id), first && others.length === 0 ? (first.data as { at: Instant }).at : null];
      }),
    );
  };
}

async function lateness(store: EventStore, roots: readonly string[]): Promise<number[]> {
  const streams = await store.readStreams(roots.map(caseStream));
  return [...streams.values()].map(([started, fired]) => {
    if (!started || !fired) throw new Error('a timer was lost');
    return fired.recordedAt - (started.data as { at: Instant }).at;
  });
}

function print(name: string, late: number[], more: object = {}): void {
  late.sort((a, b) => a - b);
  const at = (share: number): number => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? 0;
  const row = { bench: 'timers', name, timers: late.length, p50: at(0.5), p99: at(0.99), max: at(1), ...more };
  console.log(JSON.stringify(row));
}

async function untilGone(pool: ReturnType<typeof createPool>, position: bigint): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ busy: boolean }>(
      `select exists (select from fieldcase.timers) or
         coalesce((select min(position) from fieldcase.checkpoints where subscription = 'timers'), 0) < $1 as busy`,
      [String(position)],
    );
    if (!rows[0]?.busy) return;
    await sleep(50);
  }
}

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_timers');
  const pool = createPool({ url: database.url, max: 8, name: 'bench-timers' });
  const notifier = new Notifier(pool);
  const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
  const source = new PostgresLogSource(pool);
  const nextDue = nextDueOf(store);
  const head = (): Promise<bigint> => source.head();
  const subscription = new TimersSubscription({ eventTypes: ['Started', 'Fired'], nextDue, head });
  const announcer = new Announcer(pool, TIMERS_CHANNEL, undefined, (a, b) => (Number(a) < Number(b) ? a : b));
  const onMoved = (): void => announcer.announce('earliest', String(subscription.takeEarliest() ?? Infinity));
  const runner = new TimerRunner({
    pool,
    nextDue,
    head,
    fire: async (roots, now) => {
      await Promise.all(roots.map((root) => write(store, root, 'Fired', now)));
    },
  });
  const stop = new AbortController();
  const following = new ProjectionRunner({ pool, source, projection: subscription, onMoved }).run(stop.signal);
  const firing = runner.run(stop.signal);
  try {
    const single = Array.from({ length: timers }, () => randomUUID());
    for (const root of single) {
      await write(store, root, 'Started', Date.now() + 100 + Math.floor(Math.random() * 400));
      await sleep(25);
    }
    await untilGone(pool, await head());
    print('one by one', await lateness(store, single));

    const many = Array.from({ length: burst }, () => randomUUID());
    const due = Date.now() + 3_000;
    await Promise.all(many.map((root) => write(store, root, 'Started', due)));
    await untilGone(pool, await head());
    const late = await lateness(store, many);
    print('at the same instant', late, { perSecond: Math.round((burst * 1_000) / Math.max(1, ...late)) });
  } finally {
    stop.abort();
    await Promise.all([following, firing]);
    await announcer.stop();
    await source.close();
    await notifier.close();
    await pool.end();
    await database.drop();
  }
}

void main();
