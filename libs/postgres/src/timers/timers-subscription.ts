import type { Pool } from 'pg';
import { rootOf, type Instant, type Projection, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import { Announcer } from '../subscriptions/announcer';
import type { Report } from '../subscriptions/report';
import { armTimers, databaseNow, postponedAmong, type NextDue } from './timer-rows';

/** Channel on which a newly armed timer is announced, so that firing never sleeps past it. */
export const TIMERS_CHANNEL = 'fieldcase_timers';

const rootOfEvent = ({ streamId }: RecordedEvent): string => rootOf(streamId);

/** For instants in epoch ms under the key `earliest`: of several at the same time the earliest is told. */
export function earliestAnnouncer(pool: Pool, report?: Report): Announcer {
  return new Announcer(pool, TIMERS_CHANNEL, report, (a, b) => (Number(a) < Number(b) ? a : b));
}

export interface TimersSubscriptionOptions {
  /** Types whose facts can start, move or stop a clock. */
  readonly eventTypes: readonly string[];
  readonly nextDue: NextDue;
  /**
   * Facts that only come of what was due already: whoever fires it moves the row as well. Their streams are not read
   * again: a storm takes 84 us of CPU a timer, this process and the server together, instead of 109.
   */
  readonly movedByFiring?: (event: RecordedEvent) => boolean;
  /** The log's head. */
  readonly head: () => Promise<bigint>;
  /** Added to the database's time; 0 but in specs. */
  readonly offsetMs?: () => number;
}

/**
 * The `timers` subscription: after every batch one row per touched root with its next due instant, or none. It looks
 * at the state at the log's head and not at the single event, so a repeated or late batch arms nothing wrong; a row
 * is only a wake-up call, what happens then is decided by the case's own clocks.
 */
export class TimersSubscription implements Projection {
  readonly name = 'timers';
  readonly version = 1;
  readonly eventTypes: readonly string[];
  /** Its table belongs to the schema of the log, as other workers claim rows of it. */
  readonly tables: readonly string[] = [];
  private earliest: Instant | undefined;

  constructor(private readonly options: TimersSubscriptionOptions) {
    this.eventTypes = options.eventTypes;
  }

  async createTables(): Promise<void> {
    // Made by the migrations.
  }

  async apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
    const { movedByFiring = () => false, head, nextDue, offsetMs = () => 0 } = this.options;
    const seen = events.filter((event) => !movedByFiring(event)).map(rootOfEvent);
    const moved = [...new Set(events.filter(movedByFiring).map(rootOfEvent))];
    // What failed is not fired soon: if somebody else has recorded it, nobody else moves its row.
    const roots = [...new Set([...seen, ...(await postponedAmong(client, moved))])];
    if (roots.length === 0) return;
    const asOf = await head();
    const now = await databaseNow(client, offsetMs());
    const due = await nextDue(roots, now);
    await armTimers(client, asOf, due);
    for (const at of due.values()) {
      if (at !== null && (this.earliest === undefined || at < this.earliest)) this.earliest = at;
    }
  }

  /** The earliest instant armed since the last call, epoch ms: to be announced after the commit. */
  takeEarliest(): Instant | undefined {
    const { earliest } = this;
    this.earliest = undefined;
    return earliest;
  }
}
