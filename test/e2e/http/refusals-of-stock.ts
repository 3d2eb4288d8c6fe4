import { done } from './stories';
import {
  adjustmentAsked,
  asked,
  card,
  HARBIN,
  SHUANGCHENG,
  stocked,
  suggested,
  transferAsked,
  transferSent,
  type PartStage,
} from './part-stories';
import type { PartRefusalCase } from './refusals-of-parts';

/** A request for one pump that Harbin has promised. */
async function pumpPromised(stage: PartStage, serial: string): Promise<string> {
  await stocked(stage, SHUANGCHENG, 0, { partNumber: 'PUMP', serials: [] });
  // Earlier requests may hold a promise of the same card.
  const serials = ['a', 'b', 'c', 'd'].map((suffix) => `${serial}${suffix}`);
  await stocked(stage, HARBIN, serials.length, { partNumber: 'PUMP', serials });
  const { part } = await asked(stage, { partNumber: 'PUMP', quantity: 1 });
  await stage.api.supply();
  return `${part}/shipment`;
}

/** Shelves, counts, transfers and adjustments. */
export const refusalsOfStock: readonly PartRefusalCase[] = [
  {
    code: 'depot.unknown',
    status: 404,
    make: async ({ staff }) => [staff.shuangcheng, `${card(HARBIN)}/receipts`, { quantity: 1 }],
  },
  {
    code: 'depot.target-unknown',
    status: 422,
    make: async ({ staff }) => [
      staff.harbin,
      `/api/v1/depots/${HARBIN}/transfers`,
      { to: 'nowhere', partNumber: 'BELT', quantity: 1 },
    ],
  },
  {
    code: 'stock.part-unknown',
    status: 404,
    make: async ({ staff }) => [staff.harbin, `${card(HARBIN, 'NONE')}/receipts`, { quantity: 1 }],
  },
  {
    code: 'stock.quantity',
    status: 400,
    make: async ({ staff }) => [staff.harbin, `${card(HARBIN)}/adjustments`, { by: 0, reason: '无' }],
  },
  {
    code: 'stock.not-available',
    status: 409,
    make: async (stage) => {
      await stocked(stage, HARBIN, 2);
      const body = { to: SHUANGCHENG, partNumber: 'BELT', quantity: 1_000 };
      return [stage.staff.harbin, `/api/v1/depots/${HARBIN}/transfers`, body];
    },
  },
  {
    code: 'stock.below-zero',
    status: 409,
    make: async (stage) => {
      await stocked(stage, SHUANGCHENG, 2);
      return [stage.staff.shuangcheng, `${card(SHUANGCHENG)}/adjustments`, { by: -3, reason: '破损' }];
    },
  },
  {
    code: 'stock.backdated',
    status: 422,
    make: async (stage) => {
      await stocked(stage, HARBIN, 2);
      const occurredAt = new Date(stage.api.clock.now - 3_600_000).toISOString();
      return [stage.staff.harbin, `${card(HARBIN)}/counts`, { counted: 3, occurredAt }];
    },
  },
  {
    code: 'stock.serials-required',
    status: 422,
    make: async (stage) => [stage.staff.harbin, await pumpPromised(stage, 'S-300'), {}],
  },
  {
    code: 'stock.serials-not-kept',
    status: 422,
    make: async ({ staff }) => [staff.harbin, `${card(HARBIN)}/receipts`, { quantity: 1, serials: ['S-1'] }],
  },
  {
    code: 'stock.serial-given-twice',
    status: 422,
    make: async ({ staff }) => [
      staff.harbin,
      `${card(HARBIN, 'PUMP')}/receipts`,
      { quantity: 2, serials: ['S-400', 'S-400'] },
    ],
  },
  {
    code: 'stock.serial-not-here',
    status: 409,
    make: async (stage) => [stage.staff.harbin, await pumpPromised(stage, 'S-500'), { serials: ['S-999'] }],
  },
  {
    code: 'stock.serial-elsewhere',
    status: 409,
    make: async (stage) => {
      await stocked(stage, HARBIN, 1, { partNumber: 'PUMP', serials: ['S-600'] });
      return [stage.staff.shuangcheng, `${card(SHUANGCHENG, 'PUMP')}/receipts`, { quantity: 1, serials: ['S-600'] }];
    },
  },
  {
    code: 'stock.owner-unknown',
    status: 422,
    make: async ({ staff }) => [staff.harbin, `${card(HARBIN)}/receipts`, { quantity: 1, owner: 'somebody' }],
  },
  {
    code: 'stock.levels',
    status: 400,
    make: async ({ staff }) => [staff.harbin, `${card(HARBIN)}/levels`, { min: 5, max: 4 }],
  },
  {
    code: 'suggestion.unknown',
    status: 404,
    make: async ({ staff }) => [staff.harbin, `/api/v1/depots/${HARBIN}/suggestions/BELT.9999/acceptance`, {}],
  },
  {
    code: 'suggestion.already-decided',
    status: 409,
    make: async (stage) => {
      const path = await suggested(stage);
      await done(stage.staff.shuangcheng.post(`${path}/dismissal`, {}));
      return [stage.staff.shuangcheng, `${path}/acceptance`, {}];
    },
  },
  {
    code: 'transfer.unknown',
    status: 404,
    make: async (stage) => [stage.staff.shuangcheng, `${await transferAsked(stage)}/dispatch`, {}],
  },
  {
    code: 'transfer.same-depot',
    status: 422,
    make: async ({ staff }) => [
      staff.harbin,
      `/api/v1/depots/${HARBIN}/transfers`,
      { to: HARBIN, partNumber: 'BELT', quantity: 1 },
    ],
  },
  {
    code: 'transfer.already-dispatched',
    status: 409,
    make: async (stage) => [stage.staff.harbin, `${await transferSent(stage)}/dispatch`, {}],
  },
  {
    code: 'transfer.not-dispatched',
    status: 409,
    make: async (stage) => [stage.staff.shuangcheng, `${await transferAsked(stage)}/receipt`, { quantity: 1 }],
  },
  {
    code: 'transfer.already-received',
    status: 409,
    make: async (stage) => {
      const path = await transferSent(stage);
      await done(stage.staff.shuangcheng.post(`${path}/receipt`, { quantity: 3 }));
      return [stage.staff.shuangcheng, `${path}/receipt`, { quantity: 3 }];
    },
  },
  {
    code: 'transfer.more-than-sent',
    status: 409,
    make: async (stage) => [stage.staff.shuangcheng, `${await transferSent(stage)}/receipt`, { quantity: 4 }],
  },
  {
    code: 'transfer.serial-not-sent',
    status: 409,
    make: async (stage) => {
      const serials = ['S-700', 'S-702', 'S-703', 'S-704', 'S-705', 'S-706'];
      await stocked(stage, HARBIN, serials.length, { partNumber: 'PUMP', serials });
      const path = await transferAsked(stage, 1, 'PUMP');
      await done(stage.staff.harbin.post(`${path}/dispatch`, { serials: ['S-700'] }));
      return [stage.staff.shuangcheng, `${path}/receipt`, { quantity: 1, serials: ['S-701'] }];
    },
  },
  {
    code: 'adjustment.unknown',
    status: 404,
    make: async ({ staff }) => [staff.supervisor, '/api/v1/stock-adjustments/none/approval', {}],
  },
  {
    code: 'adjustment.own-request',
    status: 403,
    make: async ({ staff }) => {
      const body = { by: 40, reason: '补录' };
      const answer = await done(staff.supervisor.post(`${card(HARBIN)}/adjustments`, body));
      return [staff.supervisor, `/api/v1/stock-adjustments/${String(answer.body['adjustmentId'])}/approval`, {}];
    },
  },
  {
    code: 'adjustment.already-decided',
    status: 409,
    make: async (stage) => {
      const path = await adjustmentAsked(stage);
      await done(stage.staff.supervisor.post(`${path}/refusal`, { note: '请重新盘点' }));
      return [stage.staff.supervisor, `${path}/approval`, {}];
    },
  },
];
