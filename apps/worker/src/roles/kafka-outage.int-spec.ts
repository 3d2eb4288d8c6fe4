import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { createPool, systemStatus } from '@fieldcase/postgres';
import { KafkaCluster } from '../../../../infra/kafka/cluster.mjs';
import { createTestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere } from '../../../../test/support/kafka';
import { connect } from '../connections';
import { runRelayRole } from './publishing';

describeWith('kafka', kafkaHere() !== undefined, 'a broker that goes and comes back', () => {
  jest.setTimeout(150_000);

  it('is waited for, which operators read meanwhile, and nobody has to do anything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldcase-outage-'));
    const cluster = await KafkaCluster.start({ folder });
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url, max: 2 });
    const said: string[] = [];
    const connections = connect({ databaseUrl: database.url, poolSize: 5 }, (level, message) => {
      if (level !== 'info') said.push(`${level} ${message}`);
    });
    const kafka = { brokers: cluster.addresses, prefix: 'outage', replicas: 1, sasl: cluster.admin, caFile: undefined };
    const stopping = new AbortController();
    const running = runRelayRole(connections, { kafka }, stopping.signal);
    const until = async (state: string) => {
      for (;;) {
        const { relay } = await systemStatus(pool, connections.source, []);
        if (relay.state === state) return relay;
        await pool.query('select pg_sleep(0.05)');
      }
    };
    const append = (id: string) =>
      connections.store.append({
        writes: [{ streamId: `case:${id}`, expected: 0, events: [contractEvent('NoteAdded', { kind: 'note' })] }],
      });
    const untilPublished = async () => {
      for (;;) {
        const { head, relay, subscriptions } = await systemStatus(pool, connections.source, []);
        if (subscriptions.find(({ name }) => name === 'relay')?.position === head) return relay;
        await pool.query('select pg_sleep(0.05)');
      }
    };
    await append('before');
    await untilPublished();
    const [broker] = cluster.brokers;
    await broker?.kill();
    await append('meanwhile');
    expect((await until('waiting')).problem).toContain(String(cluster.addresses[0]));
    broker?.launch();
    await untilPublished();
    expect(await until('running')).toEqual({ state: 'running', problem: null, since: null });
    expect(new Set(said)).toEqual(new Set(['warn the relay cannot publish, and tries again']));
    stopping.abort();
    await running;
    await connections.close();
    await pool.end();
    await database.drop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
