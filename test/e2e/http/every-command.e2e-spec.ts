import { startApi, type ApiUnderTest } from './api-fixture';
import { CASE_ROUTE, expectStep, signatureOf, type Step } from './command-steps';
import { REPORT, reported } from './requests';
import {
  closed,
  completed,
  completeVisit,
  dispatched,
  done,
  inHours,
  staffOf,
  technicianNamed,
  type Staff,
  type VisitPath,
} from './stories';

const HOUR = 3_600_000;
describe('every command of the contract, by whom and with the body that it says', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
  });
  afterAll(() => api.stop());

  const aCase = (route: string) => async (): Promise<string> => `/api/v1/cases/${await reported(staff.agent)}${route}`;
  const onPlace = (make: () => Promise<VisitPath>, route: string) => async (): Promise<string> =>
    `${(await make()).path}${route}`;
  const withExemption = (verdict: string) => async (): Promise<string> => {
    const path = `/api/v1/cases/${await reported(staff.agent)}/exemptions`;
    const { body } = await done(staff.agent.post(path, { target: 'onSiteResponse:-:1', reason: '道路中断' }));
    return `${path}/${String(body['exemptionId'])}/${verdict}`;
  };
  /** An arrival recorded too late to void the published breach by itself. */
  const withVoiding = (verdict: string) => async (): Promise<string> => {
    const before = api.clock.now;
    const place = await dispatched(staff);
    api.clock.now += 30 * HOUR;
    await done(staff.agent.post(`${place.path}/notes`, { text: '催促', kind: 'call' }));
    const occurredAt = new Date(before + HOUR).toISOString();
    await done(staff.technician.post(`${place.visit}/arrival`, { occurredAt }));
    return `${place.path}/voidings/onSiteResponse:-:1/${verdict}`;
  };
  const onOwn = (route: string) => async (): Promise<string> => `/api/v1/${route}`;
  const digest = (path: string): Promise<object> => signatureOf(staff, path.replace(/\/signature$/, ''));
  const window = (): object => ({ from: inHours(api, 24), to: inHours(api, 26) });

  const steps: Step[] = [
    {
      route: '/api/v1/cases',
      by: 'agent',
      at: onOwn('cases'),
      body: REPORT,
      status: 201,
      after: { status: 'reported' },
    },
    {
      route: `${CASE_ROUTE}/triage`,
      by: 'agent',
      at: aCase('/triage'),
      body: {
        faultCode: 'HYD-021',
        priority: 'season',
        handlingOpinion: '带液压泵',
        caseType: 'maintenance',
        coverage: 'in-warranty',
      },
      after: {
        status: 'triaged',
        priority: 'season',
        caseType: 'maintenance',
        coverage: 'in-warranty',
        faultCode: 'HYD-021',
      },
    },
    {
      route: `${CASE_ROUTE}/details`,
      by: 'agent',
      at: aCase('/details'),
      body: { address: '永胜镇 8 号', county: '双城区', reason: '地址有误' },
      after: { address: '永胜镇 8 号', county: '双城区' },
    },
    {
      route: `${CASE_ROUTE}/notes`,
      by: 'technician',
      at: onPlace(() => dispatched(staff), '/notes'),
      body: { text: '已电话联系', kind: 'callback', channel: 'phone' },
      after: {
        notes: [{ kind: 'callback', text: '已电话联系', channel: 'phone', actor: 'tech-li', at: expect.any(String) }],
      },
    },
    {
      route: `${CASE_ROUTE}/owner`,
      by: 'agent',
      at: aCase('/owner'),
      body: { owner: 'agent-zhang' },
      after: { owner: 'agent-zhang' },
    },
    {
      route: `${CASE_ROUTE}/responsibility`,
      by: 'agent',
      at: aCase('/responsibility'),
      body: { to: 'factory-harbin', reason: '需厂家处理' },
      after: { responsibility: [{ to: 'factory-harbin', reason: '需厂家处理', at: expect.any(String) }] },
    },
    {
      route: `${CASE_ROUTE}/customer-time`,
      by: 'agent',
      at: aCase('/customer-time'),
      body: async () => window(),
      after: { customerTime: { promise: 1, from: expect.any(String), to: expect.any(String) } },
    },
    {
      route: `${CASE_ROUTE}/customer-time/withdrawal`,
      by: 'agent',
      at: async () => {
        const path = await aCase('/customer-time')();
        await done(staff.agent.post(path, window()));
        return `${path}/withdrawal`;
      },
      body: { reason: '随时可以' },
      after: { customerTime: null },
    },
    {
      route: `${CASE_ROUTE}/merge`,
      by: 'agent',
      at: aCase('/merge'),
      body: async () => ({ into: await reported(staff.agent) }),
      after: { status: 'merged', mergedInto: expect.any(String) },
    },
    {
      route: `${CASE_ROUTE}/dispatch`,
      by: 'dispatcher',
      at: aCase('/dispatch'),
      body: { technicianId: 'tech-li', note: '带上液压油' },
      status: 201,
      after: {
        status: 'dispatched',
        visits: [expect.objectContaining({ technicianId: 'tech-li', note: '带上液压油' })],
      },
    },
    {
      route: `${CASE_ROUTE}/signature`,
      by: 'technician',
      at: onPlace(() => completed(staff), '/signature'),
      body: digest,
      after: { signature: expect.objectContaining({ signerName: '王建国', valid: true, hasImage: true }) },
    },
    {
      route: `${CASE_ROUTE}/customer-informed`,
      by: 'technician',
      at: onPlace(() => completed(staff, { customerInformed: undefined }), '/customer-informed'),
      body: { result: '已告知', channel: 'phone' },
      after: { customerInformed: expect.objectContaining({ result: '已告知', current: true }) },
    },
    {
      route: `${CASE_ROUTE}/pause`,
      by: 'agent',
      at: aCase('/pause'),
      body: async () => ({ reason: 'other', note: '等通电', until: inHours(api, 24) }),
      after: { pauses: [expect.objectContaining({ reason: 'other', note: '等通电', endedAt: null })] },
    },
    {
      route: `${CASE_ROUTE}/resume`,
      by: 'agent',
      at: async () => {
        const path = await aCase('')();
        await done(staff.agent.post(`${path}/pause`, { reason: 'weather', until: inHours(api, 24) }));
        return `${path}/resume`;
      },
      body: { reason: 'weather' },
      after: { pauses: [expect.objectContaining({ reason: 'weather', endedAt: expect.any(String) })] },
    },
    {
      route: `${CASE_ROUTE}/exemptions`,
      by: 'agent',
      at: aCase('/exemptions'),
      body: { target: 'restore:-:1', reason: '道路中断' },
      status: 201,
      after: {
        exemptions: [expect.objectContaining({ target: 'restore:-:1', state: 'pending', requestedBy: 'demo-agent' })],
      },
    },
    {
      route: `${CASE_ROUTE}/exemptions/:exemptionId/approval`,
      by: 'supervisor',
      at: withExemption('approval'),
      body: { note: '属实' },
      after: { exemptions: [expect.objectContaining({ state: 'approved', decidedBy: 'sun', note: '属实' })] },
    },
    {
      route: `${CASE_ROUTE}/exemptions/:exemptionId/refusal`,
      by: 'supervisor',
      at: withExemption('refusal'),
      body: { note: '不属实' },
      after: { exemptions: [expect.objectContaining({ state: 'refused', decidedBy: 'sun' })] },
    },
    {
      route: `${CASE_ROUTE}/voidings/:clockId/approval`,
      by: 'supervisor',
      at: withVoiding('approval'),
      after: { voidings: expect.arrayContaining([expect.objectContaining({ state: 'approved', decidedBy: 'sun' })]) },
    },
    {
      route: `${CASE_ROUTE}/voidings/:clockId/refusal`,
      by: 'supervisor',
      at: withVoiding('refusal'),
      body: { note: '无依据' },
      after: { voidings: expect.arrayContaining([expect.objectContaining({ state: 'refused', decidedBy: 'sun' })]) },
    },
    {
      route: `${CASE_ROUTE}/close`,
      by: 'agent',
      at: onPlace(() => completed(staff), '/close'),
      body: { resolution: 'repaired' },
      after: { status: 'closed', closings: [expect.objectContaining({ resolution: 'repaired' })] },
    },
    {
      route: `${CASE_ROUTE}/cancel`,
      by: 'agent',
      at: aCase('/cancel'),
      body: { reason: '误报' },
      after: { status: 'cancelled', cancellation: expect.objectContaining({ reason: '误报' }) },
    },
    {
      route: `${CASE_ROUTE}/reopen`,
      by: 'agent',
      at: onPlace(() => closed(staff), '/reopen'),
      body: { reason: '又坏了' },
      after: { status: 'reported', cycle: 2 },
    },
    {
      route: `${CASE_ROUTE}/ratings`,
      by: 'agent',
      at: onPlace(() => closed(staff), '/ratings'),
      body: { kind: 'nps', score: 9, comment: '很快', channel: 'phone' },
      after: { status: 'closed' },
    },
  ];
  const references: [string, object][] = [
    [
      'depots',
      { id: 'depot-new', name: '新站', kind: 'county', region: '黑龙江', county: '双城区', parent: 'depot-harbin' },
    ],
    ['technicians', technicianNamed('tech-new')],
    [
      'parts',
      { partNumber: 'P', name: '泵', class: 'wear', packSize: 2, serialised: true, substitutes: ['Q'], makerId: 'm' },
    ],
    ['machine-populations', { county: '双城区', product: 'harvester', count: 420 }],
    [
      'sla-policies',
      { id: 'spring', name: '春耕', match: { region: '海南' }, targets: [{ target: 'restore', within: 'PT48H' }] },
    ],
  ];

  it.each(steps.map((step) => [step.route, step.by, step] as const))('POST %s by %s', async (_, __, step) => {
    await expectStep(staff, step);
  });

  it.each(references)('POST /api/v1/%s by supervisor', async (route, body) => {
    expect(await staff.supervisor.post(`/api/v1/${route}`, body)).toMatchObject({ status: 201, body: { version: 1 } });
    expect(await staff.supervisor.post(`/api/v1/${route}`, body)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('there is no command beside these and those of visits, parts, depots and surveys', () => {
    const elsewhere = /\/visits\/|part-requests|surveys|\/depots\/:|transfers|stock-adjustments/;
    const commands = api.api.routes.all().filter(({ method, url }) => method === 'POST' && !elsewhere.test(url));
    const walked = [...steps.map(({ route }) => route), ...references.map(([route]) => `/api/v1/${route}`)];
    expect(commands.map(({ url }) => url).sort()).toEqual(walked.sort());
  });

  it('a whole case: two visits, materials, signature, closing', async () => {
    const place = await dispatched(staff);
    await completeVisit(staff, place, { fixed: false, reason: '缺液压泵' });
    const { body } = await done(staff.dispatcher.post(`${place.path}/dispatch`, { technicianId: 'tech-li' }));
    const second = { ...place, visit: `${place.path}/visits/${String(body['visitId'])}` };
    await done(staff.technician.post(`${second.visit}/acceptance`, {}));
    await completeVisit(staff, second, { materials: [{ partNumber: 'PUMP', quantity: 1, source: 'van' }] });
    await done(staff.technician.post(`${place.path}/signature`, await signatureOf(staff, place.path)));
    await done(staff.agent.post(`${place.path}/close`, { resolution: 'repaired' }));
    const page = await staff.agent.get(place.path);
    expect(page.body).toMatchObject({ status: 'closed', visits: [{ fixed: false }, { fixed: true }] });
  });
});
