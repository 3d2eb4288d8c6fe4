import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Pool } from 'pg';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { createPool, PostgresEventStore, projectionStatus } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';

const root = path.resolve(__dirname, '../../..');
const loader = path.join(root, 'test/rig/load-typescript.cjs');
const READ_MODELS = ['case-board', 'sla-facts', 'depot-stock', 'satisfaction'];

describeWith('kafka', kafkaHere() !== undefined, 'a worker with brokers', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let pool: Pool;
  /** The relay remembers what it has published to this log's topic. */
  const prefix = ownPrefix();
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 2 });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const startWorker = (env: Readonly<Record<string, string>>) => {
    const args = ['-r', loader, path.join(root, 'apps/worker/src/main.ts')];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, DATABASE_URL: database.url, ROLES: 'projections,relay', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return {
      errors: () => said.split('\n').filter((line) => line.includes(`"level":"error"`)),
      kill: async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
      stop: async () => {
        child.kill('SIGTERM');
        const [code] = (await once(child, 'exit')) as [number | null];
        return code;
      },
    };
  };
  const behind = async (names: readonly string[], head: bigint): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ subscription: string; position: string }>(
      'select subscription, min(position)::text as position from fieldcase.checkpoints group by subscription',
    );
    const at = new Map(rows.map(({ subscription, position }) => [subscription, BigInt(position)]));
    return names.filter((name) => (at.get(name) ?? -1n) < head);
  };
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await pool.query('select pg_sleep(0.05)');
  };

  const byKafka = (): Readonly<Record<string, string>> => {
    const { brokers, admin } = kafkaHere() as TestKafka;
    return {
      KAFKA_BROKERS: brokers.join(),
      KAFKA_PREFIX: prefix,
      KAFKA_REPLICAS: '1',
      KAFKA_SASL_USERNAME: admin.username,
      KAFKA_SASL_PASSWORD: admin.password,
    };
  };
  const write = async (name: string): Promise<bigint> => {
    const store = new PostgresEventStore(pool);
    for (let n = 0; n < 20; n += 1) {
      const events = [contractEvent('NoteAdded', { kind: 'note' }), contractEvent('NoteAdded', { kind: 'call' })];
      await store.append({ writes: [{ streamId: `case:${name}-${n}`, expected: 0, events }] });
    }
    return store.head();
  };
  const followedBy = async (): Promise<readonly number[]> => {
    const items = await projectionStatus(
      pool,
      READ_MODELS.map((name) => ({ name, version: 1 })),
    );
    return items.map((item) => item.followedBy.length);
  };

  it('publishes the log and feeds its read models from it; without brokers it goes on where it was', async () => {
    const distributed = startWorker(byKafka());
    const first = await write('first');
    await until(async () => (await behind([...READ_MODELS, 'relay'], first)).length === 0);
    expect(await distributed.stop()).toBe(0);
    expect(distributed.errors()).toEqual([]);

    const embedded = startWorker({});
    const second = await write('second');
    await until(async () => (await behind(READ_MODELS, second)).length === 0);
    expect(await embedded.stop()).toBe(0);
    expect(await behind(['relay'], second)).toEqual(['relay']);
  });

  it('shares every read model with another, whose shards pass on to it when that one is killed', async () => {
    const env = byKafka();
    const [first, second] = [startWorker(env), startWorker(env)];
    await until(async () => (await followedBy()).every((workers) => workers === 2));
    const shared = await write('shared');
    await until(async () => (await behind(READ_MODELS, shared)).length === 0);
    await first.kill();
    const alone = await write('alone');
    await until(async () => (await behind(READ_MODELS, alone)).length === 0);
    await until(async () => (await followedBy()).every((workers) => workers === 1));
    expect(await second.stop()).toBe(0);
    expect(second.errors()).toEqual([]);
    expect(await followedBy()).toEqual(READ_MODELS.map(() => 0));
  });

  it('goes on beside one without brokers, whichever of them is stopped first', async () => {
    const distributed = startWorker(byKafka());
    const embedded = startWorker({ ROLES: 'projections' });
    await until(async () => (await followedBy()).every((workers) => workers === 2));
    const both = await write('both');
    await until(async () => (await behind(READ_MODELS, both)).length === 0);
    expect(await embedded.stop()).toBe(0);
    const one = await write('one');
    await until(async () => (await behind(READ_MODELS, one)).length === 0);
    expect(await distributed.stop()).toBe(0);
    expect([...distributed.errors(), ...embedded.errors()]).toEqual([]);
  });
});
