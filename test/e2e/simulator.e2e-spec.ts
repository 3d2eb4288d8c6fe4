import { ApiClient } from '../../apps/cli/src/simulator/api-client';
import { newReport } from '../../apps/cli/src/simulator/new-report';
import { agent } from '../../apps/cli/src/simulator/next-step';
import { demoTokens } from '../../apps/cli/src/simulator/people';
import { Simulator } from '../../apps/cli/src/simulator/simulator';
import { fieldcase } from '../../apps/cli/src/import/import.fixture';
import { CuttableProxy } from '../support/cuttable-proxy';
import { startApiOnPostgres, type ApiOnPostgres } from './http/postgres-fixture';

const TURNS = 260;
const CASES = 6;

describe('the simulator', () => {
  let api: ApiOnPostgres;
  let proxy: CuttableProxy;
  const stopping = new AbortController();
  const said: string[] = [];
  beforeAll(async () => {
    api = await startApiOnPostgres();
    proxy = await CuttableProxy.open(Number(new URL(api.url).port));
  });
  afterAll(async () => {
    stopping.abort();
    await proxy.close();
    await api.stop();
  });

  const simulator = async (): Promise<Simulator> => {
    const client = new ApiClient(proxy.url, await demoTokens(api.dataDir), stopping.signal);
    let state = 1;
    // Numbers that look random and are the same in every run (Park and Miller).
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    return new Simulator({ api: client, cases: CASES, now: Date.now, random, say: (line) => void said.push(line) });
  };
  const followers = async (): Promise<void> => {
    await api.supply();
    await api.project();
  };
  /** A customer's case, which the board finds by the beginning of its site's name. */
  const reportedFor = async (siteName: string): Promise<string> => {
    const client = new ApiClient(api.url, await demoTokens(api.dataDir), stopping.signal);
    const report = { ...newReport(Date.now(), 'customer'), siteName, assetSerial: '4LZ-0042' };
    const answer = await client.post(agent, '/cases', report, 'customer-1');
    expect(answer.status).toBe(201);
    return String(answer.body['id']);
  };
  const eventsOf = async (caseId: string): Promise<readonly string[]> => {
    const text = 'select type from fieldcase.events where stream_id = $1 order by version';
    const { rows } = await api.pool.query<{ type: string }>(text, [`case:${caseId}`]);
    return rows.map(({ type }) => type);
  };
  const count = async (type: string): Promise<number> => {
    const text = `select count(*)::int as n from fieldcase.events where type = $1 and metadata->>'source' is null`;
    const { rows } = await api.pool.query<{ n: number }>(text, [type]);
    return rows[0]?.n ?? 0;
  };

  it('invents nothing where no samples are', async () => {
    await expect((await simulator()).turn()).rejects.toThrow(/no sample data/);
    expect(await count('FaultReported')).toBe(0);
  });

  it('takes cases from the call to the rating, through depots, and outlives the service', async () => {
    const demo = await fieldcase(['demo', '--cases', '1', '--url', api.database.url]);
    expect(demo).toMatchObject({ code: 0 });
    const customers = await reportedFor('SIM-张家庄农场');
    let one = await simulator();
    let accepted = 0;
    for (let turn = 0; turn < TURNS; turn += 1) {
      await followers();
      if (turn === 100) {
        proxy.pointAt(undefined);
        expect(await one.turn()).toBe(false);
        expect(said.at(-1)).toMatch(/^away: /);
        proxy.pointAt(Number(new URL(api.url).port));
        // A simulator that comes anew goes on with the cases that it finds.
        one = await simulator();
      }
      if (await one.turn()) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(TURNS * 0.9);
    for (const type of [
      'FaultReported',
      'TechnicianDispatched',
      'TechnicianArrived',
      'PartShipped',
      'PartReceived',
      'CaseClosed',
      'RatingSubmitted',
    ]) {
      expect([type, await count(type)]).not.toEqual([type, 0]);
    }
    // What it was refused is what people are refused, too: a technician who is booked.
    const refusals = said.filter((line) => / 4\d\d /.test(line)).map((line) => line.split(' ').at(-1));
    expect(refusals.filter((code) => code !== 'technician.double-booked')).toEqual([]);
    // One that is open and no case of its own.
    expect((await count('FaultReported')) - (await count('CaseClosed'))).toBeLessThanOrEqual(CASES + 1);
    expect(await eventsOf(customers)).toEqual(['FaultReported']);
  }, 120_000);
});
