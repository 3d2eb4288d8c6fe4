import { createApplication, isKnownEvent, type Application } from '@fieldcase/application';
import { slaEventTypes } from '@fieldcase/domain/sla';
import { streamId, type RecordedEvent } from '@fieldcase/eventsourcing';
import { loadConfig } from '@fieldcase/config';
import {
  ProjectionRunner,
  readLogIdentity,
  TimerRunner,
  TimersSubscription,
  type TimerRunnerOptions,
} from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { faultReport } from '../../../../test/support/fault-report';
import { connect, type Connections } from '../connections';
import { clockFiring, nextDueFrom, recordedWhenDue } from './clock-timers';
import { unheardOf } from './unheard-of.fixture';

const HOUR = 3_600_000;
const agent = { actor: 'spec', roles: ['agent', 'dispatcher'], unbounded: true };
const { limits } = loadConfig({});
let database: TestDatabase;
let connections: Connections;
let application: Application;
let timers: TimerRunner;
let fire: TimerRunnerOptions['fire'];
let offsetMs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 6 }, () => undefined);
  const { pool, store, source, references } = connections;
  const { secret } = await readLogIdentity(pool);
  application = createApplication({ store, referenceSource: references, secret, limits });
  fire = await clockFiring(connections, limits);
  timers = new TimerRunner({
    pool,
    fire,
    nextDue: nextDueFrom(store),
    head: () => source.head(),
    offsetMs: () => offsetMs,
  });
});
afterAll(async () => {
  await connections.close();
  await database.drop();
});
beforeEach(() => {
  offsetMs = 0;
});

const follow = () => {
  const { pool, source, store } = connections;
  const nextDue = nextDueFrom(store);
  const projection = new TimersSubscription({
    eventTypes: slaEventTypes,
    nextDue,
    movedByFiring: recordedWhenDue,
    head: () => source.head(),
  });
  return new ProjectionRunner({ pool, source, projection, isKnown: isKnownEvent }).catchUp();
};
const report = async (hoursAgo: number): Promise<string> => {
  const answer = await application.cases.handle(undefined, faultReport, {
    ...agent,
    occurredAt: Date.now() - hoursAgo * HOUR,
  });
  return answer.id;
};
const unheard = async (hoursAgo: number): Promise<string> => unheardOf(connections.store, await report(1), hoursAgo);
const clockFacts = async (id: string): Promise<string[]> => {
  const stream = streamId('clocks', id);
  const events = (await connections.store.readStreams([stream])).get(stream) ?? [];
  return events.map((event) => {
    const { clockId, percent } = event.data as { clockId: string; percent?: number };
    return [event.type, clockId.split(':')[0], percent].filter((part) => part !== undefined).join(' ');
  });
};
const dueOf = async (id: string): Promise<number | undefined> =>
  (
    await connections.pool.query(
      'select extract(epoch from due_at)::float8 * 1000 as at from fieldcase.timers where root = $1',
      [id],
    )
  ).rows[0]?.at;

it.each([
  ['clocks:c1', 'timers', true],
  ['clocks:c1', 'liu', false],
  ['case:c1', 'timers', false],
])('what is recorded in %s by %s only says that something due has happened: %s', (streamId, actor, isSo) => {
  expect(recordedWhenDue({ streamId, metadata: { actor } } as RecordedEvent)).toBe(isSo);
});

describe('timers of a case', () => {
  it('record after nine hours without a worker what was missed, once and in order', async () => {
    const reportedAt = Date.now() - 11 * HOUR;
    const id = await report(11);
    await follow();
    expect(Math.abs(((await dueOf(id)) ?? 0) - (reportedAt + 12 * HOUR))).toBeLessThan(60_000);

    offsetMs = 14 * HOUR;
    await timers.fireDue();
    const expected = [
      'SlaWarningRaised onSiteResponse 50',
      'SlaWarningRaised onSiteResponse 75',
      'SlaWarningRaised onSiteResponse 90',
      'SlaBreached onSiteResponse',
    ];
    expect(await clockFacts(id)).toEqual(expected);
    await follow();
    await timers.fireDue();
    expect(await clockFacts(id)).toEqual(expected);
    expect(Math.abs(((await dueOf(id)) ?? 0) - (reportedAt + 36 * HOUR))).toBeLessThan(60_000);
  });

  it('are due next as soon as they were fired, before anybody has followed', async () => {
    const reportedAt = Date.now() - 13 * HOUR;
    const id = await unheard(13);
    await follow();
    expect(await clockFacts(id)).toEqual([]);
    await timers.fireDue();
    expect(await clockFacts(id)).toEqual(['SlaWarningRaised onSiteResponse 50']);
    const next = await dueOf(id);
    expect(Math.abs((next ?? 0) - (reportedAt + 18 * HOUR))).toBeLessThan(60_000);
    await follow();
    expect(await dueOf(id)).toBe(next);
  });

  it('move on where somebody else has recorded what was due', async () => {
    const id = await unheard(13);
    await follow();
    await application.cases.handle(id, { type: 'AddNote', text: 'called back', kind: 'note' }, agent);
    expect(await clockFacts(id)).toEqual(['SlaWarningRaised onSiteResponse 50']);
    await follow();
    await timers.fireDue();
    expect(await clockFacts(id)).toEqual(['SlaWarningRaised onSiteResponse 50']);
    expect(await dueOf(id)).toBeGreaterThan(Date.now());
  });

  it('say that one could not be fired, when those with it were', async () => {
    const [bad, good] = [await unheard(13), await unheard(13)];
    jest.spyOn(connections.store, 'readStreams').mockRejectedValueOnce(new Error('cannot be read'));
    await expect(fire([bad, good], Date.now())).rejects.toThrow('cannot be read');
    expect(await clockFacts(good)).toEqual(['SlaWarningRaised onSiteResponse 50']);
    expect(await clockFacts(bad)).toEqual([]);
  });

  it('do not stay postponed where somebody else has recorded what could not be fired', async () => {
    const id = await unheard(13);
    await follow();
    const failing = new TimerRunner({
      pool: connections.pool,
      nextDue: nextDueFrom(connections.store),
      head: () => connections.source.head(),
      fire: () => Promise.reject(new Error('cannot be fired')),
    });
    await expect(failing.fireDue()).resolves.toBeGreaterThan(0);
    expect(await clockFacts(id)).toEqual([]);
    await application.cases.handle(id, { type: 'AddNote', text: 'called back', kind: 'note' }, agent);
    await follow();
    expect(await dueOf(id)).toBeGreaterThan(Date.now());
  });

  it('know the wait for a part, although it is told in a stream of its own', async () => {
    await application.references.handle(
      {
        type: 'RegisterPart',
        partNumber: 'belt',
        name: 'belt',
        class: 'wear',
        packSize: 1,
        serialised: false,
        substitutes: [],
      },
      agent,
    );
    const id = await report(200);
    await follow();
    await timers.fireDue();
    const before = (await clockFacts(id)).length;
    await application.cases.handle(id, { type: 'RequestPart', partNumber: 'belt', quantity: 1 }, agent);
    await follow();
    expect(await dueOf(id)).toBeGreaterThan(Date.now() + 30 * HOUR);
    offsetMs = 73 * HOUR;
    await timers.fireDue();
    expect((await clockFacts(id)).slice(before)).toEqual([
      'SlaWarningRaised partsWait 50',
      'SlaWarningRaised partsWait 75',
      'SlaWarningRaised partsWait 90',
      'SlaBreached partsWait',
    ]);
  });

  it('fire nothing for a clock that has stopped', async () => {
    const id = await report(1);
    await follow();
    await application.cases.handle(id, { type: 'CancelCase', reason: 'reported twice' }, agent);
    offsetMs = 100 * HOUR;
    await timers.fireDue();
    expect(await clockFacts(id)).toEqual([]);
    expect(await dueOf(id)).toBeUndefined();
  });

  it('see what another process did to the case since', async () => {
    const id = await report(1);
    await application.cases.handle(
      id,
      { type: 'PauseCase', reason: 'waiting-customer', until: Date.now() + 200 * HOUR },
      agent,
    );
    // Now this worker has the paused case in its cache.
    await fire([id], Date.now());
    await application.cases.handle(id, { type: 'ResumeCase' }, agent);
    await follow();
    offsetMs = 30 * HOUR;
    await timers.fireDue();
    expect(await clockFacts(id)).toContain('SlaBreached onSiteResponse');
  });
});
