import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import { createPool } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { ApiProcess } from '../../support/api-process';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { serveOn } from './postgres-fixture';
import { RawSocket } from './raw-socket';
import { REPORT } from './requests';

const COMMANDS = 1_000;
const CLIENTS = 20;
const STOP_WITHIN_MS = 15_000;

interface Outcome {
  readonly key: string;
  /** An HTTP status, or the code of the socket's error. */
  readonly result: number | string;
  readonly caseId?: string;
}

describe('SIGTERM to the API with commands in flight', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let pool: Pool;
  let dataDir: string;
  let token: string;
  const processes: ApiProcess[] = [];
  const start = async (url = database.url): Promise<ApiProcess> => {
    const api = await ApiProcess.start({ DATABASE_URL: url, FIELDCASE_DATA_DIR: dataDir });
    processes.push(api);
    return api;
  };
  /** One command after the other on one connection, until one is not accepted. */
  const client = async (url: string, name: string): Promise<Outcome[]> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const outcomes: Outcome[] = [];
    do outcomes.push(await report(url, `${name}-${outcomes.length}`, agent));
    while (outcomes.at(-1)?.result === 201);
    agent.destroy();
    return outcomes;
  };
  const report = (url: string, key: string, agent: Agent): Promise<Outcome> =>
    new Promise((resolve) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      };
      const sent = request(`${url}/api/v1/cases`, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', (error: NodeJS.ErrnoException) => resolve({ key, result: `cut: ${error.code}` }));
        response.on('end', () => {
          const { id } = JSON.parse(text) as { id?: string };
          resolve({ key, result: response.statusCode ?? 0, ...(id ? { caseId: id } : {}) });
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => resolve({ key, result: String(error.code) }));
      sent.end(JSON.stringify(REPORT));
    });
  const casesInLog = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ id: string }>(
      `select substring(stream_id from 6) as id from fieldcase.events where type = 'FaultReported'`,
    );
    return rows.map(({ id }) => id);
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 2 });
    dataDir = mkdtempSync(path.join(tmpdir(), 'fieldcase-stopping-'));
    token = await signDemoToken(await loadOrCreateDemoIssuer(dataDir), { sub: 'li', roles: ['agent'] });
  });
  afterAll(async () => {
    for (const each of processes) each.kill();
    await pool.end();
    await database.drop();
    rmSync(dataDir, { recursive: true });
  });

  it(`answers or refuses each of ${COMMANDS}, keeps what it acknowledged, and exits 0 within 15 s`, async () => {
    const [first] = await Promise.all([
      start(),
      expect(start('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(/the API cannot start/),
    ]);
    const agent = new Agent({ keepAlive: true, maxSockets: COMMANDS });
    const live = new RawSocket(first.url).send(
      `GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    await live.until(/retry/);
    let answered = 0;
    let signalled = 0;
    const persistent = Array.from({ length: CLIENTS }, (_, index) => client(first.url, `client-${index}`));
    const burst = await Promise.all(
      Array.from({ length: COMMANDS }, async (_, index) => {
        const outcome = await report(first.url, `stop-${index}`, agent);
        answered += 1;
        if (answered === 50) {
          signalled = performance.now();
          first.child.kill('SIGTERM');
        }
        return outcome;
      }),
    );
    const steady = (await Promise.all(persistent)).flat();
    const outcomes = [...burst, ...steady];
    const exit = await first.exited;
    const took = performance.now() - signalled;
    await live.closed;
    agent.destroy();
    const unclear = outcomes.filter(({ result }) => ![201, 503, 'ECONNREFUSED'].includes(result));
    expect(unclear).toEqual([]);
    expect(burst.filter(({ result }) => result === 201).length).toBeGreaterThanOrEqual(50);
    expect(steady.filter(({ result }) => result === 503)).toHaveLength(CLIENTS);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(took).toBeLessThan(STOP_WITHIN_MS);
    const faults = ['internal.error', 'did not stop in time', 'unexpected failure, the API ends'];
    expect(first.lines.filter(({ code, message }) => faults.includes(String(code ?? message)))).toEqual([]);

    const acknowledged = outcomes.flatMap(({ caseId }) => caseId ?? []).sort();
    expect((await casesInLog()).sort()).toEqual(acknowledged);

    // The same keys again: those that were acknowledged get their answer, the others are carried out now.
    const again = [...burst.slice(0, 100), ...steady.filter(({ caseId }) => caseId === undefined)];
    const second = await serveOn(database.url, dataDir);
    const retrying = new Agent({ maxSockets: 20 });
    for (const { result, caseId, key } of await Promise.all(
      again.map(({ key: k }) => report(second.url, k, retrying)),
    )) {
      expect(result).toBe(201);
      const before = again.find((one) => one.key === key)?.caseId;
      if (before) expect(caseId).toBe(before);
    }
    const refused = again.filter(({ caseId }) => caseId === undefined).length;
    expect(await casesInLog()).toHaveLength(acknowledged.length + refused);
    await second.stop();
  });
});
