import { startApi, type ApiUnderTest } from './api-fixture';
import { asked, card, HARBIN, MAKER, partStaffOf, stocked, VAN, waiting } from './part-stories';
import type { PartPath, PartStage } from './part-stories';
import { expectProblem } from './requests';
import { dispatched, done, type VisitPath } from './stories';

describe('what parts must never do', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  beforeEach(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterEach(() => api.stop());

  const read = async ({ part }: Pick<PartPath, 'part'>) => (await done(stage.staff.agent.get(part))).body;
  const triage = (place: VisitPath, more: object = {}) =>
    done(
      stage.staff.agent.post(`${place.path}/triage`, {
        faultCode: 'F',
        priority: 'normal',
        handlingOpinion: '带配件',
        ...more,
      }),
    );
  const onSite = async (): Promise<VisitPath> => {
    const place = await dispatched(stage.staff, 'tech-li', { county: '双城区' });
    await done(stage.staff.technician.post(`${place.visit}/arrival`, {}));
    return place;
  };
  const complete = (place: VisitPath, materials: readonly object[]) =>
    stage.staff.technician.post(`${place.visit}/completion`, { fixed: true, materials });
  const lastOnHand = async (depotId: string, owner = 'own', partNumber = 'BELT') => {
    const { body } = await done(stage.staff.supervisor.get(`${card(depotId, partNumber)}/card?limit=200`));
    return (body['items'] as { owner: string; onHand: number }[]).filter((row) => row.owner === owner).at(-1)?.onHand;
  };

  it('pieces that a use was taken to have found are gone when the use is taken back', async () => {
    await stocked(stage, VAN, 2);
    const place = await onSite();
    await done(complete(place, [{ partNumber: 'BELT', quantity: 20, source: 'van' }]));
    expect(await lastOnHand(VAN)).toBe(0);
    const materials = [{ partNumber: 'BELT', quantity: 2, source: 'van' }];
    await done(stage.staff.technician.post(`${place.visit}/materials`, { materials, reason: '多写了一个零' }));
    expect(await lastOnHand(VAN)).toBe(0);
    const next = await asked(stage, { quantity: 10 });
    await api.supply();
    expect(await read(next)).not.toMatchObject({ depotId: VAN, status: 'allocated' });
  });

  it('a technician who is off the case is told no address, whatever lies in his van', async () => {
    const { technician, dispatcher } = stage.staff;
    await stocked(stage, VAN, 5);
    const early = await asked(stage, { quantity: 1 });
    await api.supply();
    expect((await done(technician.get(early.part))).body).toMatchObject({ depotId: VAN });
    await done(dispatcher.post(`${early.visit}/withdrawal`, { reason: '改派' }));
    const late = await done(dispatcher.post(`${early.path}/part-requests`, { partNumber: 'BELT', quantity: 1 }));
    await api.supply();
    const lateId = String(late.body['partRequestId']);
    expect((await read({ part: `/api/v1/part-requests/${lateId}` }))['depotId']).not.toBe(VAN);
    const seen = await technician.get(early.part);
    expect(JSON.stringify(seen.body)).not.toMatch(/shipTo|王建国|8888/);
    const note = await technician.get(`${early.part}/delivery-note`);
    expect(JSON.stringify(note.body)).not.toMatch(/王建国|8888/);
  });

  it('a serial comes back to whose it is', async () => {
    const { supervisor, harbin, technician } = stage.staff;
    const receive = (serials: readonly string[], owner: string) =>
      done(supervisor.post(`${card(HARBIN, 'PUMP')}/receipts`, { quantity: serials.length, serials, owner }));
    await receive(['M1'], MAKER);
    await receive(['O1'], 'own');
    const place = await dispatched(stage.staff, 'tech-li', { county: '双城区' });
    await triage(place, { coverage: 'in-warranty' });
    const request = await asked(stage, { partNumber: 'PUMP', quantity: 2 }, place);
    await api.supply();
    await done(harbin.post(`${request.part}/shipment`, { serials: ['O1', 'M1'] }));
    await done(technician.post(`${request.part}/receipt`, { quantity: 2 }));
    const back = { quantity: 1, condition: 'good', serials: ['M1'] };
    await done(technician.post(`${request.part}/return`, back));
    await done(harbin.post(`${request.part}/return-receipt`, back));
    expect([await lastOnHand(HARBIN, MAKER, 'PUMP'), await lastOnHand(HARBIN, 'own', 'PUMP')]).toEqual([1, 0]);
  });

  it('a serialised part is built in by its number, once, and from where it is', async () => {
    const { supervisor, harbin, technician } = stage.staff;
    const receive = (depot: string, serials: readonly string[]) =>
      done(supervisor.post(`${card(depot, 'PUMP')}/receipts`, { quantity: serials.length, serials }));
    await receive(HARBIN, ['P1', 'P2', 'Z9']);
    const place = await onSite();
    const request = await asked(stage, { partNumber: 'PUMP', quantity: 2 }, place);
    await api.supply();
    await done(harbin.post(`${request.part}/shipment`, { serials: ['P1', 'P2'] }));
    await done(technician.post(`${request.part}/receipt`, { quantity: 2 }));
    const pump = (more: object) => ({ partNumber: 'PUMP', quantity: 1, ...more });
    const source = request.partRequestId;
    for (const [line, status, code] of [
      [pump({ source: 'van', quantity: 2 }), 422, 'stock.serials-required'],
      [pump({ source }), 422, 'stock.serials-required'],
      [pump({ source, serial: 'NEVER' }), 409, 'part-request.serial-not-shipped'],
      [pump({ source: 'van', serial: 'Z9' }), 409, 'stock.serial-elsewhere'],
    ] as const) {
      expectProblem(await complete(place, [line]), status, code);
    }
    await done(complete(place, [pump({ source, serial: 'P1' })]));
    const back = await technician.post(`${request.part}/return`, { quantity: 1, condition: 'good', serials: ['P1'] });
    expectProblem(back, 409, 'part-request.serial-not-shipped');
    expect(await lastOnHand(HARBIN, 'own', 'PUMP')).toBe(1);
  });

  it('who asks now does not overtake who waits, though nobody has looked since the stock came', async () => {
    const first = await waiting(stage, 2);
    const second = await asked(stage, { quantity: 2 });
    await done(stage.staff.harbin.post(`${card(HARBIN)}/receipts`, { quantity: 2 }));
    await api.supply();
    expect([(await read(first))['status'], (await read(second))['status']]).toEqual(['allocated', 'backordered']);
  });

  it('who waits for a case that has become urgent is served before who waits longer', async () => {
    const first = await waiting(stage, 2);
    const second = await asked(stage, { quantity: 2 });
    await api.supply();
    await triage(second, { priority: 'urgent' });
    await api.supply();
    await done(stage.staff.harbin.post(`${card(HARBIN)}/receipts`, { quantity: 2 }));
    await api.supply();
    expect([(await read(first))['status'], (await read(second))['status']]).toEqual(['backordered', 'allocated']);
  });
});
