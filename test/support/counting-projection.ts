import { randomUUID } from 'node:crypto';
import {
  rootOf,
  streamId,
  type Projection,
  type RecordedEvent,
  type SqlClient,
  type StreamWrite,
} from '@fieldcase/eventsourcing';

/** For specs: one row per root with a fold that shows any lost, repeated or reordered event. */
export class CountingProjection implements Projection {
  readonly eventTypes = ['Counted', 'Poisonous'];
  readonly tables: readonly string[];
  /** Set to make the handler fail as a broken network would. */
  failure: Error | undefined;
  applied = 0;
  heal = false;

  constructor(
    readonly name = 'counting',
    readonly version = 1,
    private readonly table = 'counted',
  ) {
    this.tables = [table];
  }

  async createTables(client: SqlClient): Promise<void> {
    await client.query(`create table ${this.table} (
      root text collate "C" primary key, events integer not null, total bigint not null, trail text not null)`);
  }

  async createIndexes(client: SqlClient): Promise<void> {
    await client.query(`create index on ${this.table} (total)`);
  }

  async apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
    if (this.failure) throw this.failure;
    const poison = events.find((event) => event.type === 'Poisonous' && !this.heal);
    if (poison) throw new Error(`cannot read "${String((poison.data as { phone?: string }).phone)}"`);
    await client.query(
      `insert into ${this.table} as c (root, events, total, trail)
       select root, count(*), sum(amount), string_agg(position::text, ',' order by position)
       from unnest($1::text[], $2::bigint[], $3::bigint[]) as e(root, amount, position) group by root
       on conflict (root) do update set events = c.events + excluded.events, total = c.total + excluded.total,
         trail = c.trail || ',' || excluded.trail`,
      [
        events.map((event) => rootOf(event.streamId)),
        events.map((event) => (event.data as { amount?: number }).amount ?? 0),
        events.map((event) => String(event.position)),
      ],
    );
    this.applied += events.length;
  }
}

/** An event for it: its root's stream is `count:<root>` unless another category is given. */
export function counted(root: string, amount: number, type = 'Counted', category = 'count'): StreamWrite {
  const event = {
    eventId: randomUUID(),
    type,
    data: type === 'Poisonous' ? { phone: '13900001111' } : { amount },
    schemaVersion: 1,
    occurredAt: Date.UTC(2026, 10, 1),
    metadata: { correlationId: randomUUID(), causationId: randomUUID(), actor: 'spec', actorRole: 'system' },
  };
  return { streamId: streamId(category, root), expected: 'any', events: [event] };
}
