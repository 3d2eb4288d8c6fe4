import type { Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, streamId, type Instant } from '@fieldcase/eventsourcing';
import { counted } from '../../../../test/support/counting-projection';
import { ProjectionRunner } from '../projections/projection-runner';
import { asSqlClient } from '../subscriptions/sql';
import { databaseNow, type NextDue } from './timer-rows';
import { TimerRunner, type TimerRunnerOptions } from './timer-runner';
import { TimersSubscription, type TimersSubscriptionOptions } from './timers-subscription';

interface Clock {
  readonly steps: readonly Instant[];
  readonly warned: readonly Instant[];
}

const earlier = (a: number | null, b: number): number => (a === null || b < a ? b : a);

/** For specs: clocks in small, of steps to be recorded once each, unless they were stopped. */
export class SmallClocks {
  store = new InMemoryEventStore();
  offsetMs = 0;
  private using: Pool | undefined;

  /** Forgets all. */
  async begin(pool: Pool): Promise<void> {
    this.using = pool;
    this.store = new InMemoryEventStore();
    this.offsetMs = 0;
    for (const table of ['timers', 'checkpoints', 'subscriptions']) await pool.query(`delete from fieldcase.${table}`);
  }

  readonly now = () => databaseNow(asSqlClient(this.pool), this.offsetMs);

  readonly write = async (root: string, type: string, data: object): Promise<void> => {
    const given = counted(root, 0, type, 'case');
    await this.store.append({ writes: [{ ...given, events: given.events.map((event) => ({ ...event, data })) }] });
  };

  readonly start = (root: string, ...steps: Instant[]) => this.write(root, 'ClockStarted', { steps });
  readonly stop = (root: string) => this.write(root, 'ClockStopped', {});

  readonly clockOf = async (root: string): Promise<Clock> => {
    const id = streamId('case', root);
    const events = (await this.store.readStreams([id])).get(id) ?? [];
    const of = <T>(type: string) => events.filter((event) => event.type === type).map((event) => event.data as T);
    const stopped = of('ClockStopped').length > 0;
    const warned = of<{ at: Instant }>('Warned').map(({ at }) => at);
    const steps = stopped ? [] : of<{ steps: Instant[] }>('ClockStarted').flatMap((data) => data.steps);
    return { steps: steps.filter((at) => !warned.includes(at)), warned };
  };

  readonly nextDue: NextDue = async (roots) => {
    const clocks = await Promise.all(roots.map(this.clockOf));
    return new Map(roots.map((root, i) => [root, clocks[i]?.steps.reduce<number | null>(earlier, null) ?? null]));
  };

  readonly fire = async (roots: readonly string[], at: Instant): Promise<void> => {
    for (const root of roots) {
      for (const step of (await this.clockOf(root)).steps.filter((due) => due <= at).sort((a, b) => a - b)) {
        await this.write(root, 'Warned', { at: step });
      }
    }
  };

  readonly head = () => this.store.head();

  readonly runner = (options: Partial<TimerRunnerOptions> = {}) => {
    const { pool, fire, nextDue, head } = this;
    return new TimerRunner({ pool, fire, nextDue, head, offsetMs: () => this.offsetMs, ...options });
  };

  readonly follow = (movedByFiring: TimersSubscriptionOptions['movedByFiring'] = () => false) =>
    new ProjectionRunner({
      pool: this.pool,
      source: new InMemoryLogSource(this.store),
      projection: new TimersSubscription({
        eventTypes: ['ClockStarted', 'ClockStopped', 'Warned'],
        nextDue: this.nextDue,
        movedByFiring,
        head: this.head,
        offsetMs: () => this.offsetMs,
      }),
      retryDelayMs: 1,
    }).catchUp();

  readonly armed = async (): Promise<[string, number][]> => {
    const { rows } = await this.pool.query<{ root: string; at: number }>(
      'select root, extract(epoch from due_at)::float8 * 1000 as at from fieldcase.timers order by root',
    );
    return rows.map((row) => [row.root, Math.round(row.at)]);
  };

  private get pool(): Pool {
    if (!this.using) throw new Error('nothing has begun');
    return this.using;
  }
}
