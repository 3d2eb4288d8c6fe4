import type { Pool } from 'pg';
import { keyOf, noteAdded, noteMetadata, streamsOf } from './case-notes';
import type { Client } from './closed-loop';
import { plainPool } from './plain-pool';

/** Statements under way at once: more did not write more on two cores. */
const LANES = 3;
const MAX_ROWS = 256;
const COLUMNS = ['text', 'integer', 'uuid', 'text', 'jsonb', 'jsonb', 'timestamptz', 'bytea', 'bytea', 'jsonb'];

/**
 * What PostgreSQL itself allows: the bytes of an append with its key, a row each, put into a table with a primary key
 * and nothing else by as few statements and commits as may be. Nothing is ordered, numbered, expected or looked up.
 */
export class UnorderedInsert {
  private waiting: {
    readonly row: readonly unknown[];
    readonly done: () => void;
    readonly fail: (e: unknown) => void;
  }[] = [];
  private busy = 0;
  private scheduled = false;

  private constructor(private readonly pool: Pool) {}

  static async open(url: string): Promise<UnorderedInsert> {
    const pool = plainPool(url, LANES);
    await pool.query(`
      create table unordered (
        id bigint generated always as identity primary key, stream_id text collate "C", version integer, event_id uuid,
        type text, data jsonb, metadata jsonb, occurred_at timestamptz, key_hash bytea, request_hmac bytea, answer jsonb)`);
    return new UnorderedInsert(pool);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  client(): Client {
    const next = streamsOf('case:', 20);
    return () => {
      const { streamId, version } = next();
      const metadata = noteMetadata();
      const { eventId, type, data, occurredAt } = noteAdded(version, metadata);
      const { hash, request, answer } = keyOf(metadata.commandId, streamId, version + 1);
      const json = [JSON.stringify(data), JSON.stringify(metadata)];
      const at = new Date(occurredAt).toISOString();
      return this.insert([streamId, version, eventId, type, ...json, at, hash, request, JSON.stringify(answer)]);
    };
  }

  private insert(row: readonly unknown[]): Promise<void> {
    return new Promise((done, fail) => {
      this.waiting.push({ row, done, fail });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.busy >= LANES) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.busy < LANES && this.waiting.length > 0) void this.writeNext();
    });
  }

  private async writeNext(): Promise<void> {
    const batch = this.waiting.splice(0, MAX_ROWS);
    this.busy += 1;
    try {
      const values = COLUMNS.map((_, column) => batch.map(({ row }) => row[column]));
      await this.pool.query({ name: 'unordered', text: insertSql, values });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { fail } of batch) fail(error);
    } finally {
      this.busy -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }
}

const insertSql = `
  insert into unordered (stream_id, version, event_id, type, data, metadata, occurred_at, key_hash, request_hmac, answer)
  select * from unnest(${COLUMNS.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})`;
