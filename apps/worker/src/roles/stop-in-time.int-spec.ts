import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { KafkaConfig } from '@fieldcase/config';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { connect, type Connections } from '../connections';
import { runConfirmations } from './confirmations';
import { runProjections } from './projections';
import { runCasesRole, runDepotFeedsRole, runRelayRole } from './publishing';

/** A worker has 9 s for all of it, and its connections to the database come after. */
const LONGEST_MS = 6_500;

describe('a worker that is told to stop while no broker answers', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let connections: Connections;
  let silent: Server;
  const accepted: Socket[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    connections = connect({ databaseUrl: database.url, poolSize: 10 }, () => undefined);
    silent = createServer((socket) => void accepted.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    for (const socket of accepted) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    await connections.close();
    await database.drop();
  });

  const roles = {
    relay: runRelayRole,
    cases: runCasesRole,
    depots: runDepotFeedsRole,
    confirmations: (given: Connections, { kafka }: { kafka: KafkaConfig }, signal: AbortSignal) =>
      runConfirmations(given, { kafka, limits: {} as never }, signal),
    projections: (given: Connections, { kafka }: { kafka: KafkaConfig }, signal: AbortSignal) =>
      runProjections(given, { kafka, sink: undefined }, signal),
  };
  const brokers = {
    silent: () => `127.0.0.1:${(silent.address() as AddressInfo).port}`,
    away: () => '127.0.0.1:9',
  };

  it.each(['silent', 'away'] as const)('ends every role soon, with a broker that is %s', async (how) => {
    const kafka: KafkaConfig = {
      ...{ brokers: [brokers[how]()], prefix: how, replicas: 1, sasl: undefined, caFile: undefined },
    };
    const stopping = new AbortController();
    let toldAt = Number.POSITIVE_INFINITY;
    const ended = Object.entries(roles).map(async ([role, run]) => {
      await run(connections, { kafka }, stopping.signal).catch(() => undefined);
      return [role, performance.now() - toldAt] as const;
    });
    await connections.pool.query('select pg_sleep(1)');
    toldAt = performance.now();
    stopping.abort();
    const late = (await Promise.all(ended)).filter(([, tookMs]) => tookMs < 0 || tookMs > LONGEST_MS);
    expect(late).toEqual([]);
  });
});
