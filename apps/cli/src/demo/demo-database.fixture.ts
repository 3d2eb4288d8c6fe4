import type { Pool } from 'pg';
import { createApplication, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import type { Instant } from '@fieldcase/eventsourcing';
import { createPool, PostgresEventStore, PostgresReferenceLog, readLogIdentity } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase, type CommandLineResult } from '../import/import.fixture';

/** A database of its own, the `demo` verb on it, and what the other processes do there. */
export class DemoDatabase {
  readonly pool: Pool;
  readonly store: PostgresEventStore;

  private constructor(private readonly database: TestDatabase) {
    this.pool = createPool({ url: database.url });
    this.store = new PostgresEventStore(this.pool);
  }

  static async open(): Promise<DemoDatabase> {
    return new DemoDatabase(await createTestDatabase());
  }

  fieldcase(...args: readonly string[]): Promise<CommandLineResult> {
    return fieldcase([...args, '--url', this.database.url]);
  }

  /** What the API and the timers decide with, in a process of its own. */
  async application(now: () => Instant = Date.now): Promise<Application> {
    const { secret } = await readLogIdentity(this.pool);
    const referenceSource = new PostgresReferenceLog(this.pool);
    return createApplication({ store: this.store, referenceSource, secret, limits: loadConfig({}).limits, now });
  }

  /** Numbers of all cases. */
  async numbers(): Promise<string[]> {
    const { rows } = await this.pool.query<{ number: string }>(
      `select data->>'number' as number from fieldcase.events where type = 'FaultReported' order by position`,
    );
    return rows.map(({ number }) => number);
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }
}
