import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createApplication, isKnownEvent } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { streamId } from '@fieldcase/eventsourcing';
import {
  createPool,
  openLog,
  ProjectionRunner,
  readLogIdentity,
  TimersSubscription,
  type NextDue,
  type OpenLog,
} from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { faultReport } from '../../../../test/support/fault-report';
import { fieldcase } from '../import/import.fixture';

let database: TestDatabase;
let pool: Pool;
let log: OpenLog;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
  log = openLog(pool, { upcasters: eventUpcasters });
});
afterAll(async () => {
  await log.close();
  await pool.end();
  await database.drop();
});

/** A case of which the timers have parked what they could not take. */
async function parkedCase(): Promise<string> {
  const { secret } = await readLogIdentity(pool);
  const { store, references } = log;
  const { cases } = createApplication({ store, referenceSource: references, secret, limits: loadConfig({}).limits });
  const { id } = await cases.handle(undefined, faultReport, { actor: 'spec', roles: ['agent'], unbounded: true });
  await follow(() => Promise.reject(new Error('no clocks')));
  return id;
}
const follow = (nextDue: NextDue) => {
  const { source } = log;
  const projection = new TimersSubscription({ eventTypes: ['FaultReported'], nextDue, head: () => source.head() });
  return new ProjectionRunner({ pool, source, projection, isKnown: isKnownEvent, retryDelayMs: 1 }).catchUp();
};
const parked = async (...args: readonly string[]) => {
  const { code, out, err } = await fieldcase(['parked', ...args, '--url', database.url, '--json']);
  return { code, err, ...(out.trim() && { result: JSON.parse(out) as unknown }) };
};
const armed = async (root: string): Promise<number> =>
  (await pool.query('select from fieldcase.timers where root = $1', [root])).rowCount ?? 0;

describe('fieldcase parked', () => {
  it('retries what the timers have parked, found by any stream of its root', async () => {
    const [id, other] = [await parkedCase(), await parkedCase()];
    const of = ['--projection', 'timers', '--stream', `clocks:${id}`];
    expect(await parked('list', ...of)).toMatchObject({
      code: 0,
      result: { items: [{ projection: 'timers', streamId: `case:${id}`, type: 'FaultReported', status: 'parked' }] },
    });
    expect(await parked('retry', ...of)).toMatchObject({ code: 0, result: { applied: 1, stillParked: 0 } });
    expect([await armed(id), await armed(other)]).toEqual([1, 0]);
    expect(await parked('discard', '--stream', `case:${other}`, '--reason', 'tested')).toMatchObject({
      code: 0,
      result: { discarded: 1 },
    });
    expect(await parked('list')).toMatchObject({ result: { items: [] } });
  });

  it('leaves events parked that this release does not know', async () => {
    const stream = streamId('case', 'from-a-newer-release');
    const metadata = { correlationId: 'c', causationId: 'c', actor: 'spec', actorRole: 'system' };
    const event = {
      eventId: randomUUID(),
      type: 'CaseTeleported',
      data: {},
      schemaVersion: 1,
      occurredAt: 1,
      metadata,
    };
    await log.store.append({ writes: [{ streamId: stream, expected: 0, events: [event] }] });
    await follow(async () => new Map());
    const still = { code: 1, result: { applied: 0, stillParked: 1 } };
    expect(await parked('retry')).toMatchObject(still);
    expect(await parked('retry', '--projection', 'timers', '--stream', stream)).toMatchObject(still);
    // A rebuild guesses no more than they do.
    expect(await fieldcase(['projections', 'rebuild', 'case-board', '--url', database.url])).toMatchObject({ code: 0 });
    expect(await parked('list', '--projection', 'case-board')).toMatchObject({
      result: { items: [{ streamId: stream, error: expect.stringContaining('does not know CaseTeleported') }] },
    });
    expect(await parked('discard', '--reason', 'tested')).toMatchObject({ result: { discarded: 2 } });
  });

  it.each([
    [['--projection', 'timer'], /--projection: expected one of .*timers, got/],
    [['--stream', 'case'], /--stream: expected the id of a stream/],
    [['--stream', 'case:%'], /--stream: expected the id of a stream/],
    [['--position', 'first'], /--position: expected a whole number/],
  ])('tells what is wrong with %j', async (args, problem) => {
    expect(await parked('list', ...args)).toMatchObject({ code: 2, err: expect.stringMatching(problem) });
  });
});
