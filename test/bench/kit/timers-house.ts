import { randomUUID } from 'node:crypto';
import {
  rootOf,
  streamId,
  type EventStore,
  type Instant,
  type NewEvent,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import {
  createPool,
  earliestAnnouncer,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  ProjectionRunner,
  TimerRunner,
  TimersSubscription,
  type NextDue,
  type Recorded,
} from '@fieldcase/postgres';
import { STARTED } from './open-timers';

export const FIRED = 'Fired';

/** What fires the clocks of `startClocks`, as a worker with the role of timers does. */
export class TimersHouse {
  /** Facts that were recorded. */
  fired = 0;
  /** Firings that found theirs recorded already. */
  repeated = 0;
  private readonly pool;
  private readonly notifier;
  private readonly store;
  private readonly source;
  private readonly announcer;
  private readonly ending = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.pool = createPool({ url, max: 8, name: 'bench-timers' });
    this.notifier = new Notifier(this.pool);
    this.store = new PostgresEventStore(this.pool, { onCommitted: this.notifier.announce });
    this.source = new PostgresLogSource(this.pool);
    this.announcer = earliestAnnouncer(this.pool);
  }

  start(): void {
    const { pool, source, ending } = this;
    const nextDue = nextDueOf(this.store);
    const head = (): Promise<bigint> => source.head();
    const movedByFiring = ({ type }: RecordedEvent): boolean => type === FIRED;
    const projection = new TimersSubscription({ eventTypes: [STARTED, FIRED], nextDue, movedByFiring, head });
    const onMoved = (): void => {
      const earliest = projection.takeEarliest();
      if (earliest !== undefined) this.announcer.announce('earliest', String(earliest));
    };
    const report = (_: string, message: string, fields?: object): void => console.error(message, fields);
    const runner = new TimerRunner({ pool, nextDue, head, report, fire: (roots, now) => this.fire(roots, now) });
    this.running = Promise.all([
      new ProjectionRunner({ pool, source, projection, onMoved, report }).run(ending.signal),
      runner.run(ending.signal),
    ]);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.announcer.stop();
    await this.source.close();
    await this.notifier.close();
    await this.pool.end();
  }

  /** At the version that was decided on: of two that fire the same, one records it. */
  private async fire(roots: readonly string[], now: Instant): Promise<Recorded> {
    const recorded = new Map<string, { position: bigint; next: null }>();
    const append = async (root: string): Promise<void> => {
      const write = { streamId: streamId('case', root), expected: 1, events: [firedEvent(now)] };
      const result = await this.store.append({ writes: [write] });
      if (result.outcome === 'appended') recorded.set(root, { position: result.lastPosition, next: null });
      else this.repeated += 1;
    };
    await Promise.all(roots.map(append));
    this.fired += recorded.size;
    return recorded;
  }
}

function firedEvent(at: Instant): NewEvent {
  const id = randomUUID();
  const metadata = { correlationId: id, causationId: id, actor: 'timers', actorRole: 'system' };
  return { eventId: id, type: FIRED, data: { at }, schemaVersion: 1, occurredAt: at, metadata };
}

/** A clock with one step: due at `at` of its start until it was recorded. */
function nextDueOf(store: EventStore): NextDue {
  return async (roots) => {
    const streams = await store.readStreams(roots.map((root) => streamId('case', root)));
    return new Map(
      [...streams].map(([id, [first, ...others]]) => {
        const waits = first !== undefined && others.length === 0;
        return [rootOf(id), waits ? (first.data as { at: Instant }).at : null];
      }),
    );
  };
}
