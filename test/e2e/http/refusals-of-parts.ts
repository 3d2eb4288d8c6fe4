import { done } from './stories';
import {
  asked,
  HARBIN,
  inHand,
  promised,
  sent,
  sentBack,
  SHUANGCHENG,
  stocked,
  waiting,
  type PartStage,
} from './part-stories';
import type { Caller } from './requests';

export interface PartRefusalCase {
  readonly code: string;
  readonly status: number;
  readonly make: (stage: PartStage) => Promise<[caller: Caller, path: string, body: object]>;
}

/** A serialised pump of Harbin in the technician's hand. */
async function pumpInHand(stage: PartStage, serial: string) {
  await stocked(stage, HARBIN, 1, { partNumber: 'PUMP', serials: [serial] });
  const place = await asked(stage, { partNumber: 'PUMP', quantity: 1 });
  await stage.api.supply();
  await done(stage.staff.harbin.post(`${place.part}/shipment`, { serials: [serial] }));
  await done(stage.staff.technician.post(`${place.part}/receipt`, { quantity: 1 }));
  return place;
}

/** From asking for a part to sending it back. */
export const refusalsOfParts: readonly PartRefusalCase[] = [
  {
    code: 'part.unknown',
    status: 422,
    make: async (stage) => {
      const { path } = await asked(stage);
      return [stage.staff.technician, `${path}/part-requests`, { partNumber: 'NONE', quantity: 1 }];
    },
  },
  {
    code: 'part-request.unknown',
    status: 404,
    make: async (stage) => [stage.staff.shuangcheng, `${(await promised(stage)).part}/acknowledgement`, {}],
  },
  {
    code: 'part-request.needed-by-past',
    status: 422,
    make: async (stage) => {
      const { path } = await asked(stage);
      const body = { partNumber: 'BELT', quantity: 1, neededBy: '2026-11-20T08:00:00+08:00' };
      return [stage.staff.technician, `${path}/part-requests`, body];
    },
  },
  {
    code: 'part-request.open',
    status: 409,
    make: async (stage) => {
      const older = await asked(stage);
      const place = await asked(stage);
      await done(stage.staff.dispatcher.post(`${place.visit}/withdrawal`, { reason: '改派' }));
      return [stage.staff.agent, `${place.path}/merge`, { into: older.id }];
    },
  },
  {
    code: 'part-request.backordered',
    status: 409,
    make: async (stage) => [stage.staff.harbin, `${(await waiting(stage)).part}/acknowledgement`, {}],
  },
  {
    code: 'part-request.already-acknowledged',
    status: 409,
    make: async (stage) => {
      const { part } = await promised(stage);
      await done(stage.staff.harbin.post(`${part}/acknowledgement`, {}));
      return [stage.staff.harbin, `${part}/acknowledgement`, {}];
    },
  },
  {
    code: 'part-request.already-shipped',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${(await sent(stage)).part}/cancellation`, { reason: '不要了' }],
  },
  {
    code: 'part-request.not-shipped',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${(await promised(stage)).part}/receipt`, { quantity: 1 }],
  },
  {
    code: 'part-request.cancelled',
    status: 409,
    make: async (stage) => {
      const { part } = await promised(stage);
      await done(stage.staff.technician.post(`${part}/cancellation`, { reason: '不要了' }));
      return [stage.staff.technician, `${part}/receipt`, { quantity: 1 }];
    },
  },
  {
    code: 'part-request.more-than-shipped',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${(await sent(stage)).part}/receipt`, { quantity: 3 }],
  },
  {
    code: 'part-request.more-than-received',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${(await inHand(stage)).part}/consumption`, { quantity: 3 }],
  },
  {
    code: 'part-request.more-than-returned',
    status: 409,
    make: async (stage) => {
      const { part } = await sentBack(stage);
      return [stage.staff.harbin, `${part}/return-receipt`, { quantity: 2, condition: 'good' }];
    },
  },
  {
    code: 'part-request.serial-not-shipped',
    status: 409,
    make: async (stage) => {
      const { part } = await pumpInHand(stage, 'S-100');
      return [stage.staff.technician, `${part}/return`, { quantity: 1, condition: 'good', serials: ['S-999'] }];
    },
  },
  {
    code: 'part-request.split',
    status: 409,
    make: async (stage) => {
      await stocked(stage, HARBIN, 1, { partNumber: 'PUMP', serials: ['S-201'] });
      await stocked(stage, SHUANGCHENG, 1, { partNumber: 'PUMP', serials: ['S-202'] });
      const { part } = await asked(stage, { partNumber: 'PUMP', quantity: 2 });
      await stage.api.supply();
      await done(stage.staff.shuangcheng.post(`${part}.1/shipment`, { serials: ['S-202'] }));
      await done(stage.staff.harbin.post(`${part}.2/shipment`, { serials: ['S-201'] }));
      await done(stage.staff.technician.post(`${part}/receipt`, { quantity: 2 }));
      const body = { quantity: 2, condition: 'good', serials: ['S-201', 'S-202'] };
      return [stage.staff.technician, `${part}/return`, body];
    },
  },
  {
    code: 'part-request.other-part',
    status: 422,
    make: async (stage) => {
      const { visit, partRequestId } = await inHand(stage);
      await done(stage.staff.technician.post(`${visit}/arrival`, {}));
      const materials = [{ partNumber: 'PUMP', quantity: 1, serial: 'P-1', source: partRequestId }];
      return [stage.staff.technician, `${visit}/completion`, { fixed: true, materials }];
    },
  },
  {
    code: 'part-request.unknown-source',
    status: 422,
    make: async (stage) => {
      const { visit } = await asked(stage);
      await done(stage.staff.technician.post(`${visit}/arrival`, {}));
      const materials = [{ partNumber: 'BELT', quantity: 1, source: 'elsewhere' }];
      return [stage.staff.technician, `${visit}/completion`, { fixed: true, materials }];
    },
  },
  {
    code: 'materials.serial-quantity',
    status: 422,
    make: async (stage) => {
      const { visit } = await asked(stage);
      await done(stage.staff.technician.post(`${visit}/arrival`, {}));
      const materials = [{ partNumber: 'PUMP', quantity: 2, serial: 'S-1', source: 'customer-supplied' }];
      return [stage.staff.technician, `${visit}/completion`, { fixed: true, materials }];
    },
  },
];
