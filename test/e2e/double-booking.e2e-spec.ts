import { Busy, createApplication, type Application } from '@fieldcase/application';
import { Rejection } from '@fieldcase/eventsourcing';
import { createPool, migrate, PostgresEventStore, PostgresReferenceLog, readLogIdentity } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';

const HOUR = 3_600_000;
const dispatcher = { actor: 'zhao', roles: ['dispatcher'] };
const CLIENTS = 50;

/** Two processes on one log: a race inside one process alone would be settled by its own queue. */
describe('fifty clients race for overlapping windows of one technician', () => {
  let database: TestDatabase;
  let pools: Pool[];
  let processes: Application[];

  const startProcess = async (): Promise<Application> => {
    const pool = createPool({ url: database.url, max: 10 });
    pools.push(pool);
    const { secret } = await readLogIdentity(pool);
    const limits = { occurredAtPastMs: 72 * HOUR, occurredAtFutureMs: HOUR, reopenWindowMs: 30 * 24 * HOUR };
    return createApplication({
      store: new PostgresEventStore(pool),
      referenceSource: new PostgresReferenceLog(pool),
      secret,
      limits,
    });
  };

  const dispatchedVisit = async (application: Application): Promise<{ caseId: string; visitId: string }> => {
    const { id } = await application.cases.handle(undefined, reportFault, { actor: 'li', roles: ['agent'] });
    const { made } = await application.cases.handle(
      id,
      { type: 'DispatchTechnician', technicianId: 'wang' },
      dispatcher,
    );
    return { caseId: id, visitId: made['visitId']! };
  };

  /** On a busy machine a race may take longer than a command is retried: whoever is told to come back does. */
  const untilAnswered = async <T>(handle: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await handle();
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
      }
    }
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    pools = [];
    processes = [await startProcess(), await startProcess()];
    const supervisor = { actor: 'sun', roles: ['supervisor'] };
    const { references } = processes[0]!;
    await references.handle(
      { type: 'RegisterDepot', id: 'd1', name: '红旗县站', kind: 'county', region: 'east', county: 'hongqi' },
      supervisor,
    );
    await references.handle(
      {
        type: 'RegisterTechnician',
        id: 'wang',
        name: '王师傅',
        homeDepot: 'd1',
        regions: ['east'],
        skills: [],
        languages: ['zh'],
        active: true,
      },
      supervisor,
    );
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });

  it('exactly one wins, and the others are told which visit is in the way', async () => {
    const visits: { caseId: string; visitId: string }[] = [];
    for (let i = 0; i < CLIENTS; i += 1) visits.push(await dispatchedVisit(processes[i % 2]!));
    // The windows run over the edge of an ISO week, so that each of them writes two streams.
    const sunday = Date.UTC(2026, 11, 6, 22);
    const outcomes = await Promise.allSettled(
      visits.map(({ caseId, visitId }, i) => {
        const window = { from: sunday + i * 60_000, to: sunday + 4 * HOUR + i * 60_000 };
        const { cases } = processes[i % 2]!;
        const agree = { type: 'AgreeAppointment', visitId, requestedBy: 'us', ...window } as const;
        return untilAnswered(() => cases.handle(caseId, agree, dispatcher));
      }),
    );
    const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [visits[i]!] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toBeInstanceOf(Rejection);
      expect(outcome.reason).toMatchObject({ code: 'technician.double-booked', params: winners[0]! });
    }
  });

  it('a window that begins when the other ends is free, and one that was released is free again', async () => {
    const [application] = processes as [Application];
    const agree = (visit: { caseId: string; visitId: string }, from: number, to: number) =>
      application.cases.handle(
        visit.caseId,
        { type: 'AgreeAppointment', visitId: visit.visitId, requestedBy: 'us', from, to },
        dispatcher,
      );
    const noon = Date.UTC(2026, 11, 16, 12);
    const [first, second, third] = [
      await dispatchedVisit(application),
      await dispatchedVisit(application),
      await dispatchedVisit(application),
    ];
    await agree(first, noon, noon + HOUR);
    await agree(second, noon + HOUR, noon + 2 * HOUR);
    await expect(agree(third, noon, noon + HOUR)).rejects.toMatchObject({ code: 'technician.double-booked' });
    await application.cases.handle(
      first.caseId,
      { type: 'WithdrawDispatch', visitId: first.visitId, reason: '客户改期' },
      dispatcher,
    );
    await expect(agree(third, noon, noon + HOUR)).resolves.toMatchObject({ replayed: false });
  });
});

const reportFault = {
  type: 'ReportFault' as const,
  siteName: '张家庄',
  contact: { name: '张三', phone: '13800001234' },
  address: '红旗县张家庄',
  region: 'east',
  county: 'hongqi',
  faultDescription: '皮带断了',
};
