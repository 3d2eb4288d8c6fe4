import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { KafkaJsTransport, type KafkaAccess, type LogName } from '@fieldcase/kafka';
import {
  createPool,
  Lease,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  readLogIdentity,
  RelayCheckpoints,
} from '@fieldcase/postgres';
import { scratchDatabase } from '../../rig/scratch-database';

/** A log of its own, empty, and a broker of its own beside it. */
export interface LogOnKafka {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly log: LogName;
  readonly access: Required<Pick<KafkaAccess, 'brokers' | 'clientId' | 'sasl'>>;
  readonly transport: KafkaJsTransport;
}

/** Longer than any bench. */
const LEASE_MS = 3_600_000;

/** Without Java or the broker's jars it says so, and does nothing: what needs no broker is benched all the same. */
export async function withLogOnKafka(bench: string, work: (log: LogOnKafka) => Promise<void>): Promise<void> {
  const { brokerProblem } = await import('../../../infra/kafka/install.mjs');
  const problem = brokerProblem();
  if (problem !== undefined) {
    console.log(`bench ${bench}: left out: ${problem}`);
    return;
  }
  const { KafkaCluster } = await import('../../../infra/kafka/cluster.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-brokers-'));
  const [cluster, database] = await Promise.all([
    KafkaCluster.start({ folder }),
    scratchDatabase(`bench_${bench.replaceAll('-', '_')}`),
  ]);
  const pool = createPool({ url: database.url, max: 10, name: `bench-${bench}` });
  const notifier = new Notifier(pool);
  const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
  const source = new PostgresLogSource(pool);
  const access = { brokers: cluster.addresses, clientId: 'bench', sasl: cluster.admin };
  const transport = new KafkaJsTransport(access);
  try {
    const { logId, epoch } = await readLogIdentity(pool);
    await work({ databaseUrl: database.url, pool, store, source, log: { logId, epoch }, access, transport });
  } finally {
    await transport.close();
    await notifier.close();
    await source.close();
    await pool.end();
    await database.drop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a relay that has not sent anything yet. */
export async function progressOf(pool: Pool, name: string): Promise<RelayCheckpoints> {
  const lease = new Lease(pool, name, 'bench', LEASE_MS);
  await lease.acquire();
  return new RelayCheckpoints(pool, lease, name);
}
