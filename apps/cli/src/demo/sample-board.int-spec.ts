import { CASE_STATUSES, systemScope, type CaseBoardFilter, type Scope } from '@fieldcase/contracts';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';
import { evolveSlaFacts, initialSlaFacts, nextStepAt, slaEventTypes } from '@fieldcase/domain/sla';
import { caseStreams } from '@fieldcase/domain';
import type { Fact, Projection } from '@fieldcase/eventsourcing';
import {
  PostgresLogSource,
  PostgresPersonalData,
  ProjectionRunner,
  TimersSubscription,
  type NextDue,
} from '@fieldcase/postgres';
import { ApprovalQueries, CaseBoardQueries, type QueryClient } from '@fieldcase/read-models';
import { readModels } from '../read-models';
import { DemoDatabase } from './demo-database.fixture';

const scopeOf = (role: 'agent' | 'dispatcher' | 'supervisor' | 'technician'): Scope => ({
  ...systemScope,
  sub: `demo-${role}`,
  roles: [role],
});

describe('the board of the sample data', () => {
  let database: DemoDatabase;
  let source: PostgresLogSource;
  let client: QueryClient;
  const position = () => source.head();
  const list = async (filter: CaseBoardFilter, scope: Scope = systemScope) => {
    const { items } = await new CaseBoardQueries(client, position).list(scope, { limit: 200, ...filter }, Date.now());
    return items;
  };
  const follow = (projection: Projection) =>
    new ProjectionRunner({ pool: database.pool, source, projection }).catchUp();

  beforeAll(async () => {
    database = await DemoDatabase.open();
    expect(await database.fieldcase('demo')).toMatchObject({ code: 0 });
    source = new PostgresLogSource(database.pool);
    client = { query: async (text, values) => (await database.pool.query(text, values as unknown[])) as never };
    for (const projection of readModels(database.pool)) await follow(projection);
  }, 60_000);
  afterAll(async () => {
    await source.close();
    await database.close();
  });

  it.each(CASE_STATUSES)('has cases that are %s', async (status) => {
    expect(await list({ status })).not.toEqual([]);
  });

  it.each(['unassigned', 'due-soon', 'breached', 'reopened', 'inform-due'] as const)(
    'fills queue %s',
    async (queue) => {
      expect(await list({ queue })).not.toEqual([]);
    },
  );

  it.each(['agent', 'dispatcher', 'supervisor', 'technician'] as const)('has cases of the demo’s %s', async (role) => {
    expect(await list({ queue: 'mine' }, scopeOf(role))).not.toEqual([]);
  });

  it('has requests that its supervisor may decide', async () => {
    const approvals = new ApprovalQueries(client, new PostgresPersonalData(database.pool), position);
    const { items } = await approvals.list(scopeOf('supervisor'), { limit: 200 }, '*');
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['exemption', 'voiding']));
  });

  it('has timers for what lies ahead of it, and none for what lies before', async () => {
    const nextDue: NextDue = async (roots, now) => {
      const due = new Map<string, number | null>();
      for (const root of roots) {
        const streams = await database.store.readStreams([...caseStreams(root)]);
        const events = [...streams.values()].flat().sort((a, b) => (a.position < b.position ? -1 : 1));
        const facts = events as unknown as Fact<CaseEvent | ClockEvent>[];
        due.set(root, nextStepAt(facts.reduce(evolveSlaFacts, initialSlaFacts), now));
      }
      return due;
    };
    await follow(new TimersSubscription({ eventTypes: slaEventTypes, nextDue, head: position }));
    const open = await list({ status: CASE_STATUSES.filter((s) => !['closed', 'cancelled', 'merged'].includes(s)) });
    const ticking = open.filter(({ nextClock }) => nextClock?.state === 'running').map(({ id }) => id);
    const { rows } = await database.pool.query<{ root: string; ahead: boolean }>(
      `select root, due_at > (select occurred_at from fieldcase.events where type = 'ImportStarted') as ahead
         from fieldcase.timers`,
    );
    expect(rows.filter(({ ahead }) => !ahead)).toEqual([]);
    expect(rows.map(({ root }) => root)).toEqual(expect.arrayContaining(ticking));
    expect(ticking.length).toBeGreaterThan(0);
  });
});
