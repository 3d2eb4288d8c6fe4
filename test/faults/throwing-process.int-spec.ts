import type { Pool } from 'pg';
import type { ProcessManager, RecordedEvent } from '@fieldcase/eventsourcing';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import {
  createPool,
  ParkedEvents,
  PostgresEventStore,
  PostgresLogSource,
  ProcessSubscription,
  ProjectionRunner,
} from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** Reacts to each of 100 cases; throws where it is told to. */
class Reacting implements ProcessManager<string> {
  readonly name = 'reacting';
  readonly eventTypes = ['Odd'];
  sick = true;

  partition({ streamId }: RecordedEvent): string {
    return streamId;
  }

  react({ streamId }: RecordedEvent): readonly string[] {
    if (this.sick && streamId === 'case:0') throw new Error('cannot react');
    return [streamId];
  }
}

/** A22: the first of 100 events makes a process manager throw. */
describe('a process manager that throws', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('has that event parked and told, handles the 99 others, and this one when it is mended', async () => {
    const store = new PostgresEventStore(pool);
    const source = new PostgresLogSource(pool);
    for (let n = 0; n < 100; n += 1) await store.append({ writes: [contractWrite(`case:${n}`, 0, 'Odd')] });
    const manager = new Reacting();
    const done: string[] = [];
    const projection = new ProcessSubscription(manager, (command) => {
      done.push(command);
      return Promise.resolve();
    });
    const reports: string[] = [];
    const report = (level: string, message: string): void => void reports.push(`${level} ${message}`);
    const runner = new ProjectionRunner({ pool, source, projection, retryDelayMs: 1, report });
    await runner.catchUp();
    const handled = new Set(done);
    expect(handled.size).toBe(99);
    expect(handled).not.toContain('case:0');
    expect(reports.filter((line) => line.startsWith('error'))).not.toEqual([]);
    const parked = new ParkedEvents({ pool, source, projections: [projection] });
    expect(await parked.list({ projection: 'reacting' })).toMatchObject([
      { streamId: 'case:0', error: expect.stringContaining('cannot react') as string },
    ]);
    manager.sick = false;
    await expect(parked.retry({ projection: 'reacting' })).resolves.toEqual({ applied: 1, stillParked: 0 });
    expect(done).toContain('case:0');
    await source.close();
  });
});
