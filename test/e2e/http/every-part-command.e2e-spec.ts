import { startApi, type ApiUnderTest } from './api-fixture';
import {
  adjustmentAsked,
  asked,
  card,
  HARBIN,
  inHand,
  MAKER,
  partStaffOf,
  promised,
  sent,
  sentBack,
  SHUANGCHENG,
  stocked,
  suggested,
  transferAsked,
  transferSent,
  VAN,
  type PartStage,
  type PartStaff,
} from './part-stories';
import type { Answer } from './requests';
import { done } from './stories';

interface PartStep {
  readonly route: string;
  readonly by: keyof PartStaff;
  readonly at: (stage: PartStage) => Promise<string>;
  readonly body?: object;
  readonly status?: number;
  /** What is read afterwards, and what it says. */
  readonly read: (address: string, answer: Answer) => string;
  readonly after: object;
}

const REQUEST = '/api/v1/part-requests/:partRequestId';
const CARD = '/api/v1/depots/:depotId/stock/:partNumber';
const parent = (address: string): string => address.replace(/\/[^/]+$/, '');
const row = (changes: object): object => ({ items: expect.arrayContaining([expect.objectContaining(changes)]) });
const onRequest = (make: (stage: PartStage) => Promise<{ readonly part: string }>, route: string) => {
  return async (stage: PartStage): Promise<string> => `${(await make(stage)).part}/${route}`;
};
const onCard =
  (depotId: string, route: string) =>
  async (stage: PartStage): Promise<string> => {
    await stocked(stage, depotId, 10);
    return `${card(depotId)}/${route}`;
  };
const itsCard = (address: string): string => `${parent(address)}/card?limit=200`;

const steps: readonly PartStep[] = [
  {
    route: '/api/v1/cases/:id/part-requests',
    by: 'technician',
    at: async (stage) => `${(await asked(stage)).path}/part-requests`,
    body: { partNumber: 'BELT', quantity: 3, neededBy: '2026-11-25T08:00:00+08:00' },
    status: 201,
    read: (_, { headers }) => headers.get('location') ?? '',
    after: { status: 'requested', quantity: 3, neededBy: '2026-11-25T08:00:00+08:00', technicianId: 'tech-li' },
  },
  {
    route: `${REQUEST}/acknowledgement`,
    by: 'harbin',
    at: onRequest(promised, 'acknowledgement'),
    read: parent,
    after: { status: 'acknowledged', depotId: HARBIN, acknowledgedAt: expect.any(String) },
  },
  {
    route: `${REQUEST}/declination`,
    by: 'harbin',
    at: onRequest(promised, 'declination'),
    body: { reason: '今天停电' },
    read: parent,
    after: { status: 'requested', depotId: null },
  },
  {
    route: `${REQUEST}/shipment`,
    by: 'harbin',
    at: onRequest(promised, 'shipment'),
    body: { carrier: '顺丰速运', trackingNumber: 'SF1234567890' },
    read: parent,
    after: { status: 'shipped', shipment: expect.objectContaining({ trackingNumber: 'SF1234567890' }) },
  },
  {
    route: `${REQUEST}/receipt`,
    by: 'technician',
    at: onRequest(sent, 'receipt'),
    body: { quantity: 2 },
    read: parent,
    after: { status: 'received', received: 2, open: true },
  },
  {
    route: `${REQUEST}/shortage`,
    by: 'technician',
    at: onRequest(sent, 'shortage'),
    body: { quantity: 1, reason: 'damaged' },
    read: parent,
    after: { quantity: 2, children: [expect.objectContaining({ status: 'requested', quantity: 1 })] },
  },
  {
    route: `${REQUEST}/consumption`,
    by: 'dispatcher',
    at: onRequest(inHand, 'consumption'),
    body: { quantity: 2 },
    read: parent,
    after: { consumed: 2, open: false },
  },
  {
    route: `${REQUEST}/return`,
    by: 'technician',
    at: onRequest(inHand, 'return'),
    body: { quantity: 1, condition: 'good' },
    read: parent,
    after: { returned: 1, returnsDue: 1 },
  },
  {
    route: `${REQUEST}/return-receipt`,
    by: 'harbin',
    at: onRequest(sentBack, 'return-receipt'),
    body: { quantity: 1, condition: 'defective' },
    read: parent,
    after: { returned: 1, returnsDue: 0 },
  },
  {
    route: `${REQUEST}/cancellation`,
    by: 'technician',
    at: onRequest(promised, 'cancellation'),
    body: { reason: '客户已自行购得' },
    read: parent,
    after: { status: 'cancelled', open: false },
  },
  {
    route: `${CARD}/receipts`,
    by: 'harbin',
    at: onCard(HARBIN, 'receipts'),
    body: { quantity: 4, owner: MAKER },
    read: itsCard,
    after: row({ type: 'StockReceived', owner: MAKER, moved: 4, actor: 'clerk-harbin' }),
  },
  {
    route: `${CARD}/counts`,
    by: 'technician',
    at: onCard(VAN, 'counts'),
    body: { counted: 7 },
    read: itsCard,
    after: row({ type: 'StockCounted', owner: 'own', moved: -3, onHand: 7, actor: 'tech-li' }),
  },
  {
    route: `${CARD}/adjustments`,
    by: 'shuangcheng',
    at: onCard(SHUANGCHENG, 'adjustments'),
    body: { by: -1, reason: '破损' },
    read: itsCard,
    after: row({ type: 'StockAdjusted', moved: -1, onHand: 9, reason: '破损' }),
  },
  {
    route: `${CARD}/levels`,
    by: 'supervisor',
    at: onCard(SHUANGCHENG, 'levels'),
    body: { min: 5, max: 20 },
    read: itsCard,
    after: { items: expect.any(Array) },
  },
  {
    route: '/api/v1/depots/:depotId/suggestions/:suggestionId/acceptance',
    by: 'shuangcheng',
    at: (stage) => suggested(stage),
    status: 201,
    read: (_, { headers }) => headers.get('location') ?? '',
    after: { from: HARBIN, to: SHUANGCHENG, partNumber: 'BELT', quantity: 20, suggested: true, status: 'requested' },
  },
  {
    route: '/api/v1/depots/:depotId/suggestions/:suggestionId/dismissal',
    by: 'supervisor',
    // What was accepted before is still on its way.
    at: (stage) => suggested(stage, 50, 100),
    body: { reason: '本季已结束' },
    read: () => `${card(SHUANGCHENG)}/card`,
    after: { items: expect.any(Array) },
  },
  {
    route: '/api/v1/depots/:depotId/transfers',
    by: 'harbin',
    at: async (stage) => {
      await stocked(stage, HARBIN, 100);
      return `/api/v1/depots/${HARBIN}/transfers`;
    },
    body: { to: SHUANGCHENG, partNumber: 'BELT', quantity: 5 },
    status: 201,
    read: (_, { headers }) => headers.get('location') ?? '',
    after: { from: HARBIN, to: SHUANGCHENG, owner: 'own', quantity: 5, suggested: false, status: 'requested' },
  },
  {
    route: '/api/v1/transfers/:transferId/dispatch',
    by: 'harbin',
    at: async (stage) => `${await transferAsked(stage)}/dispatch`,
    read: parent,
    after: { status: 'in-transit', dispatchedAt: expect.any(String) },
  },
  {
    route: '/api/v1/transfers/:transferId/receipt',
    by: 'shuangcheng',
    at: async (stage) => `${await transferSent(stage)}/receipt`,
    body: { quantity: 2, reason: '外箱破损' },
    read: parent,
    after: { status: 'received', received: 2, short: 1 },
  },
  {
    route: '/api/v1/stock-adjustments/:adjustmentId/approval',
    by: 'supervisor',
    at: async (stage) => `${await adjustmentAsked(stage)}/approval`,
    body: { note: '已看过照片' },
    read: parent,
    after: { status: 'approved', decidedBy: 'sun', by: -40, reason: '进水报废', requestedBy: 'clerk-harbin' },
  },
  {
    route: '/api/v1/stock-adjustments/:adjustmentId/refusal',
    by: 'supervisor',
    at: async (stage) => `${await adjustmentAsked(stage)}/refusal`,
    read: parent,
    after: { status: 'refused', decidedBy: 'sun' },
  },
];

describe('every command of parts and depots, by whom and with the body that the contract says', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  beforeAll(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterAll(() => api.stop());

  it.each(steps.map((step) => [step.route, step.by, step] as const))('POST %s by %s', async (_, by, step) => {
    const { at, body = {}, status = 200, read, after } = step;
    const address = await at(stage);
    const suggestionAddress = address.includes('/suggestions/')
      ? `${address}/${step.route.split('/').at(-1)}`
      : address;
    const key = `key-${step.route}`;
    const answer = await stage.staff[by].post(suggestionAddress, body, { key });
    expect({ status: answer.status, problem: answer.body['detail'] }).toEqual({ status });
    const page = await stage.staff.supervisor.get(read(suggestionAddress, answer));
    expect(page.body).toMatchObject(after);
    const again = await stage.staff[by].post(suggestionAddress, body, { key });
    expect(again).toMatchObject({ status, body: answer.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('there is no command of parts or depots beside these', () => {
    const commands = api.api.routes.all().filter(({ method, url }) => {
      return method === 'POST' && /part-requests|\/depots\/:|transfers|stock-adjustments/.test(url);
    });
    expect(commands.map(({ url }) => url).sort()).toEqual(steps.map(({ route }) => route).sort());
  });

  it('an adjustment above the limit is 201 and changes nothing until a second person has approved it', async () => {
    const { staff } = stage;
    await stocked(stage, HARBIN, 100);
    const answer = await staff.harbin.post(`${card(HARBIN)}/adjustments`, { by: -40, reason: '进水报废' });
    expect(answer).toMatchObject({ status: 201, body: { adjustmentId: expect.any(String) } });
    const onHand = async () => {
      const { body } = await staff.harbin.get(`${card(HARBIN)}/card?limit=200`);
      return (body['items'] as { onHand: number; owner: string }[]).filter(({ owner }) => owner === 'own').at(-1)
        ?.onHand;
    };
    expect(await onHand()).toBe(100);
    await done(staff.second.post(`${answer.headers.get('location') ?? ''}/approval`, {}));
    expect(await onHand()).toBe(60);
  });
});
