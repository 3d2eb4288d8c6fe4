import type { Application } from '@fieldcase/application';
import { LogCheck } from '@fieldcase/postgres';
import { dyingStore, fieldcase, logDigest } from '../import/import.fixture';
import { DemoDatabase } from './demo-database.fixture';
import { addSampleData } from './sample-data';
import { NOW } from './sample-log.fixture';

const agent = { actor: 'spec', roles: ['agent', 'dispatcher'] };
const reportFault = async ({ cases }: Application): Promise<string> => {
  const { made } = await cases.handle(
    undefined,
    {
      type: 'ReportFault',
      siteName: '张家庄 3 号地',
      contact: { name: '张三', phone: '13800001234' },
      address: '红旗县张家庄',
      region: '华东',
      faultDescription: '割台皮带断了',
    },
    agent,
  );
  return made['number'] ?? '';
};

describe('fieldcase demo', () => {
  const databases: DemoDatabase[] = [];
  const open = async (): Promise<DemoDatabase> => {
    const database = await DemoDatabase.open();
    databases.push(database);
    return database;
  };
  const faultsOf = async ({ pool }: DemoDatabase) => (await new LogCheck(pool).verify()).faults;
  /** A run that dies with its so-many-th append. */
  const killed = (database: DemoDatabase, appends: number, lastLands = false, now: () => number = () => NOW) =>
    addSampleData({ store: dyingStore(database.store, appends, lastLands), seed: 1, cases: 100, now });

  afterAll(async () => {
    for (const database of databases) await database.close();
  });

  it('fills an empty log, adds nothing a second time, and says so', async () => {
    const database = await open();
    const first = await database.fieldcase('demo', '--cases', '60', '--no-parts', '--json');
    const report = JSON.parse(first.out) as { events: number };
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(report).toEqual({
      seed: 1,
      cases: { asked: 60, added: 60, inLog: 60 },
      events: expect.any(Number),
      parts: { shelves: 0, requests: 0, ratings: 0 },
    });
    const log = await logDigest(database.pool);
    // The launcher asks for the head before it calls this verb. The two more reserved the numbers.
    const head = JSON.parse((await database.fieldcase('log', 'head', '--json')).out) as object;
    expect(head).toEqual({ head: String(report.events + 2) });

    const second = await database.fieldcase('demo', '--cases', '60', '--no-parts');
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toBe('Nothing was added: the log holds 60 sample cases of seed 1 already.\n');
    expect(await logDigest(database.pool)).toEqual(log);
    expect(await faultsOf(database)).toEqual([]);
  });

  it('ends with the same log as a run that was not killed, wherever it was', async () => {
    const whole = await open();
    await addSampleData({ store: whole.store, seed: 1, cases: 100, now: () => NOW });
    const interrupted = await open();
    for (const [appends, lastLands] of [
      [2, false],
      [1, true],
      [3, false],
      [4, true],
    ] as const) {
      await expect(killed(interrupted, appends, lastLands)).rejects.toThrow('killed');
    }
    const rest = await interrupted.fieldcase('demo', '--cases', '100', '--no-parts', '--json');
    const { cases } = JSON.parse(rest.out) as { cases: { added: number } };
    expect(cases).toEqual({ asked: 100, added: expect.any(Number), inLog: 100 });
    expect(await logDigest(interrupted.pool)).toEqual(await logDigest(whole.pool));
    expect(await faultsOf(interrupted)).toEqual([]);
  });

  it('goes on where the timers worked on half of it meanwhile', async () => {
    const database = await open();
    await expect(killed(database, 3, true, Date.now)).rejects.toThrow('killed');
    const { rows } = await database.pool.query<{ id: string }>(
      `select data->>'caseId' as id from fieldcase.events where type = 'FaultReported'`,
    );
    const timers = await database.application(() => Date.now() + 2 * 86_400_000);
    for (const { id } of rows) {
      await timers.cases.handle(id, { type: 'RecordClockFacts' }, { actor: 'timers', roles: ['system'] });
    }
    expect(await database.fieldcase('demo', '--cases', '100')).toMatchObject({ code: 0 });
    expect(await database.numbers()).toHaveLength(100);
    expect(await faultsOf(database)).toEqual([]);
  });

  it('stops where somebody went on with a case that was not complete, and says what to do', async () => {
    const database = await open();
    await expect(killed(database, 3, true)).rejects.toThrow('killed');
    const { cases } = await database.application();
    const { rows } = await database.pool.query<{ id: string }>(
      `select data->>'caseId' as id from fieldcase.events where type = 'FaultReported'`,
    );
    const note = { type: 'AddNote', kind: 'call', text: '机主又来电' } as const;
    const noted = await Promise.allSettled(rows.map(({ id }) => cases.handle(id, note, agent)));
    expect(noted.map(({ status }) => status)).toContain('fulfilled');
    const { code, err } = await database.fieldcase('demo', '--cases', '100');
    expect(code).toBe(1);
    expect(err).toMatch(/^Somebody has gone on .* choose another --seed/);
  });

  it('fills the same cases when two run side by side', async () => {
    const database = await open();
    const runs = await Promise.all([1, 2].map(() => database.fieldcase('demo', '--cases', '60', '--json')));
    const added = runs.map(({ out }) => (JSON.parse(out) as { cases: { added: number } }).cases.added);
    expect(added.reduce((sum, each) => sum + each, 0)).toBe(60);
    expect(new Set(await database.numbers()).size).toBe(60);
    expect(await faultsOf(database)).toEqual([]);
  });

  it('shares no number with cases that were reported before, during and after it', async () => {
    const database = await open();
    const before = await database.application();
    await reportFault(before);
    await database.fieldcase('demo', '--cases', '30');
    await reportFault(before);
    await reportFault(await database.application());
    await database.fieldcase('demo', '--cases', '30', '--seed', '2');
    const numbers = await database.numbers();
    expect(numbers).toHaveLength(63);
    expect(new Set(numbers).size).toBe(63);
  });

  it.each([
    ['--cases', '0'],
    ['--cases', '100001'],
    ['--cases', '1.5'],
    ['--cases', 'many'],
    ['--seed', '-1'],
    ['--seed', 'x'],
  ])('refuses %s %s before it looks for a database', async (option, value) => {
    const { code, out, err } = await fieldcase(['demo', option, value]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^${option}: expected a whole number from \\d+ to \\d+, got "${value}"`));
  });
});
