import { startApi, type ApiUnderTest } from './api-fixture';
import { expectStep, VISIT_ROUTE, type Step } from './command-steps';
import { completed, dispatched, done, inHours, staffOf, type Staff, type VisitPath } from './stories';

describe('every command of a visit, by whom and with the body that the contract says', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
  });
  afterAll(() => api.stop());

  const onVisit = (route: string, make: () => Promise<VisitPath> = () => dispatched(staff)) => {
    return async (): Promise<string> => `${(await make()).visit}${route}`;
  };
  const arrived = async (): Promise<VisitPath> => {
    const place = await dispatched(staff);
    await done(staff.technician.post(`${place.visit}/arrival`, {}));
    return place;
  };
  let day = 0;
  const window = (): object => ({ from: inHours(api, 24 * ++day), to: inHours(api, 24 * day + 2) });

  const steps: Step[] = [
    { route: `${VISIT_ROUTE}/acceptance`, by: 'technician', at: onVisit('/acceptance'), after: { status: 'accepted' } },
    {
      route: `${VISIT_ROUTE}/declination`,
      by: 'technician',
      at: onVisit('/declination'),
      body: { reason: '生病' },
      after: { status: 'reported', visits: [expect.objectContaining({ state: 'declined', reason: '生病' })] },
    },
    {
      route: `${VISIT_ROUTE}/withdrawal`,
      by: 'dispatcher',
      at: onVisit('/withdrawal'),
      body: { reason: '改派' },
      after: { status: 'reported', visits: [expect.objectContaining({ state: 'withdrawn', reason: '改派' })] },
    },
    {
      route: `${VISIT_ROUTE}/appointment`,
      by: 'technician',
      at: onVisit('/appointment'),
      body: async () => ({ ...window(), requestedBy: 'customer' }),
      after: { status: 'appointed', customerTime: { promise: 1, from: expect.any(String), to: expect.any(String) } },
    },
    {
      route: `${VISIT_ROUTE}/departure`,
      by: 'technician',
      at: onVisit('/departure'),
      body: { geo: { lat: 45.7, lon: 126.6 } },
      after: { status: 'travelling' },
    },
    {
      route: `${VISIT_ROUTE}/arrival`,
      by: 'technician',
      at: onVisit('/arrival'),
      body: { geo: { lat: 45.7, lon: 126.6 } },
      after: { status: 'on-site' },
    },
    {
      route: `${VISIT_ROUTE}/diagnosis`,
      by: 'technician',
      at: onVisit('/diagnosis', () => arrived()),
      body: { faultCode: 'HYD-021', cause: '泵磨损', correction: '更换' },
      after: { visits: [expect.objectContaining({ diagnoses: [expect.objectContaining({ cause: '泵磨损' })] })] },
    },
    {
      route: `${VISIT_ROUTE}/completion`,
      by: 'technician',
      at: onVisit('/completion', () => arrived()),
      body: {
        fixed: true,
        materials: [{ partNumber: 'PUMP', quantity: 1, serial: 'S-1', source: 'van' }],
        customerInformed: { result: '已修复', channel: 'on-site' },
      },
      after: {
        status: 'visit-done',
        materials: [{ partNumber: 'PUMP', quantity: 1, serial: 'S-1', source: 'van' }],
        customerInformed: { at: expect.any(String), channel: 'on-site', result: '已修复', current: true },
      },
    },
    {
      route: `${VISIT_ROUTE}/materials`,
      by: 'technician',
      at: onVisit('/materials', () => completed(staff)),
      body: { materials: [{ partNumber: 'SEAL', quantity: 2, source: 'customer-supplied' }], reason: '补录' },
      after: { materials: [{ partNumber: 'SEAL', quantity: 2, source: 'customer-supplied' }] },
    },
  ];

  it.each(steps.map((step) => [step.route, step.by, step] as const))('POST %s by %s', async (_, __, step) => {
    await expectStep(staff, step);
  });

  it.each(steps.filter(({ by }) => by === 'technician').map((step) => [step.route, step] as const))(
    'POST %s by a dispatcher on behalf of the technician; the actor is recorded',
    async (_, step) => {
      const casePath = await expectStep(staff, { ...step, by: 'dispatcher' });
      const { body } = await staff.agent.get(`${casePath}/timeline`);
      const last = (body['items'] as object[]).at(-1);
      expect(last).toMatchObject({ actor: 'demo-dispatcher', actorRole: 'dispatcher' });
    },
  );

  it('there is no command of a visit beside these', () => {
    const commands = api.api.routes.all().filter(({ method, url }) => method === 'POST' && url.includes('/visits/'));
    expect(commands.map(({ url }) => url).sort()).toEqual(steps.map(({ route }) => route).sort());
  });
});
