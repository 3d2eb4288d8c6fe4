/** Live tables in a database of the spec's own, and a client that sees them as a projection's transaction does. */
import { Client } from 'pg';
import type { Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { createTestDatabase } from '../../../../test/support/database';

export interface ReadModelDatabase {
  readonly client: SqlClient;
  apply(projection: Projection, events: readonly RecordedEvent[], batchSize?: number): Promise<void>;
  /** Tables anew, all empty. */
  reset(...projections: readonly Projection[]): Promise<void>;
  rows(table: string, order: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function readModelDatabase(): Promise<ReadModelDatabase> {
  const database = await createTestDatabase();
  const connection = new Client({ connectionString: database.url });
  await connection.connect();
  const client = connection as unknown as SqlClient;
  const reset = async (...projections: readonly Projection[]): Promise<void> => {
    await client.query(
      'drop schema if exists read_models cascade; create schema read_models; set search_path = read_models',
    );
    for (const projection of projections) {
      await projection.createTables(client);
      await projection.createIndexes?.(client);
    }
  };
  return {
    client,
    reset,
    async apply(projection, events, batchSize = events.length) {
      for (let start = 0; start < events.length; start += batchSize) {
        await projection.apply(client, events.slice(start, start + batchSize));
      }
    },
    async rows(table, order) {
      return (await client.query(`select * from ${table} order by ${order}`)).rows;
    },
    async close() {
      await connection.end();
      await database.drop();
    },
  };
}
