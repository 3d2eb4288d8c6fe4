import { caseBoardProjection } from '../case-board/case-board.projection';
import { depotStockProjection } from '../depot-stock/depot-stock.projection';
import { CaseScript, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { ApprovalQueries } from './approval.queries';

let database: ReadModelDatabase;
let script: CaseScript;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

async function project(): Promise<void> {
  const followed = [caseBoardProjection(script.store), depotStockProjection];
  await database.reset(...followed);
  for (const projection of followed) await database.apply(projection, await script.events());
}

describe('approvals', () => {
  const clockId = 'onSiteResponse:-:1';
  async function requested(id: string, actor: string, region = 'north'): Promise<void> {
    await script.report(id, { region });
    const request = { exemptionId: `e-${id}`, target: clockId, reason: 'flood' };
    await script.record(id, 'ExemptionRequested', request, { actor });
  }
  const list = (scope = scopeOf('supervisor', 'sue'), filter = {}, depots: '*' | readonly string[] = []) =>
    new ApprovalQueries(database.client, script.store, async () => 9n).list(scope, filter, depots);

  it.each([
    ['ExemptionApproved', 'exemption'],
    ['ExemptionRefused', 'exemption'],
    ['CaseCancelled', 'exemption'],
    ['CaseMerged', 'exemption'],
    ['BreachVoided', 'voiding'],
    ['VoidingRefused', 'voiding'],
  ] as const)('end with %s, though it comes in a batch of its own', async (type, kind) => {
    const voiding = { clockId, target: 'onSiteResponse', dueAt: utc(START), factType: 'TechnicianArrived' } as const;
    if (kind === 'exemption') await requested('c1', 'ann');
    else {
      await script.report('c1', { region: 'north' });
      await script.record('c1', 'VoidingRequested', { ...voiding, factRecordedBy: 'tom' });
    }
    const projection = caseBoardProjection(script.store);
    await database.reset(projection, depotStockProjection);
    await database.apply(projection, await script.events(), 1);
    expect((await list()).items).toHaveLength(1);
    await script.record('c1', type, { exemptionId: 'e-c1', clockId, target: clockId, into: 'c2' } as never);
    await database.apply(projection, (await script.events()).slice(-1), 1);
    expect((await list()).items).toEqual([]);
  });

  it('are what a supervisor may decide: in his regions, never his own, oldest first', async () => {
    await requested('c1', 'ann');
    await requested('c2', 'sue');
    await requested('c3', 'ann', 'south');
    const voiding = { clockId, target: 'onSiteResponse', dueAt: utc(START), factType: 'TechnicianArrived' } as const;
    await script.record('c1', 'VoidingRequested', { ...voiding, factRecordedBy: 'tom' });
    await script.record('c2', 'VoidingRequested', { ...voiding, factRecordedBy: 'sue' });
    await project();
    expect(await list()).toEqual({
      items: [
        {
          kind: 'exemption',
          caseId: 'c1',
          number: 'N-c1',
          region: 'north',
          id: 'e-c1',
          target: clockId,
          requestedBy: 'ann',
          requestedAt: '2026-11-23T09:00:00+08:00',
          reason: 'flood',
        },
        expect.objectContaining({ kind: 'exemption', caseId: 'c3' }),
        expect.objectContaining({
          kind: 'voiding',
          caseId: 'c1',
          id: clockId,
          requestedBy: 'tom',
          factType: 'TechnicianArrived',
        }),
      ],
      next: null,
      position: '9',
    });
    expect((await list(scopeOf('supervisor', 's', ['south']))).items.map((item) => item.caseId)).toEqual(['c3']);
    expect((await list(scopeOf('agent'))).items).toEqual([]);
  });

  it('are stock adjustments of the depots of his regions too', async () => {
    const terms = { depotId: 'wei', partNumber: 'belt-8', owner: 'own', by: -40, reason: 'flood' };
    await script.write('stock-adjustment:a1', 'AdjustmentRequested', terms, { actor: 'clerk' });
    await script.write('stock-adjustment:a2', 'AdjustmentRequested', terms, { actor: 'sue' });
    await script.write('stock-adjustment:a3', 'AdjustmentRequested', terms, { actor: 'clerk' });
    await script.write('stock-adjustment:a3', 'AdjustmentApproved', {}, { actor: 'zhou' });
    await project();
    const found = {
      kind: 'adjustment',
      id: 'a1',
      target: 'belt-8',
      requestedBy: 'clerk',
      requestedAt: '2026-11-23T09:00:00+08:00',
      reason: 'flood',
      depotId: 'wei',
      owner: 'own',
      by: -40,
    };
    expect((await list(undefined, {}, '*')).items).toEqual([found]);
    expect((await list(undefined, {}, ['wei'])).items).toEqual([found]);
    expect((await list(undefined, {}, ['lanzhou'])).items).toEqual([]);
  });

  it('go once they are decided, and come in pages', async () => {
    for (const id of ['c1', 'c2', 'c3']) await requested(id, 'ann');
    await script.record('c2', 'ExemptionApproved', { exemptionId: 'e-c2', target: clockId });
    await project();
    const first = await list(undefined, { limit: 1 });
    expect(first.items.map((item) => item.caseId)).toEqual(['c1']);
    const second = await list(undefined, { limit: 1, cursor: first.next });
    expect([second.items.map((item) => item.caseId), second.next]).toEqual([['c3'], null]);
  });
});
