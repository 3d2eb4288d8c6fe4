import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import { createPool } from '@fieldcase/postgres';
import { serveOn } from '../e2e/http/postgres-fixture';
import { Caller, REPORT } from '../e2e/http/requests';
import { CuttableProxy } from '../support/cuttable-proxy';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** A server that says nothing any more, on connections that stay open: no FIN, no reset. */
describe('a half-open connection to PostgreSQL', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let proxy: CuttableProxy;
  let behind: string;
  let beside: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    proxy = await CuttableProxy.open(Number(url.port));
    url.port = String(proxy.port);
    behind = url.toString();
    beside = createPool({ url: database.url, max: 1 });
  });
  afterAll(async () => {
    proxy.halfOpen = false;
    await beside.end();
    await proxy.close();
    await database.drop();
  });

  it('is found: a command is 503 with a hint to retry, and when it is over its key has one effect', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'fieldcase-half-open-'));
    const token = await signDemoToken(await loadOrCreateDemoIssuer(dataDir), { sub: 'li', roles: ['agent'] });
    const api = await serveOn(behind, dataDir);
    const caller = new Caller(api, token);
    expect((await caller.post('/api/v1/cases', REPORT)).status).toBe(201);
    proxy.halfOpen = true;
    const [command, list] = await Promise.all([
      caller.post('/api/v1/cases', REPORT, { key: 'held' }),
      caller.get('/api/v1/cases'),
    ]);
    expect([command.status, command.body['code'], command.headers.get('retry-after')]).toEqual([
      503,
      'service.unavailable',
      '1',
    ]);
    expect(list.status).toBe(503);
    proxy.halfOpen = false;
    proxy.cut();
    expect((await caller.post('/api/v1/cases', REPORT, { key: 'held' })).status).toBe(201);
    const { rows } = await beside.query(`select 1 from fieldcase.events where type = 'FaultReported'`);
    expect(rows).toHaveLength(2);
    await api.stop();
    rmSync(dataDir, { recursive: true });
  });
});
