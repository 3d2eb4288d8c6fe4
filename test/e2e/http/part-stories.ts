/** Depots, parts and part requests for specs: Harbin, below it Shuangcheng, and the van of `tech-li`. */
import type { ApiUnderTest, ServedApi } from './api-fixture';
import { callerAs, type Caller } from './requests';
import { dispatched, done, REGION, staffOf, type Staff, type VisitPath } from './stories';

export const HARBIN = 'depot-harbin';
export const SHUANGCHENG = 'depot-shuangcheng';
export const VAN = 'van-li';
/** Of BELT and PUMP; the pump has serial numbers. */
export const MAKER = 'maker-guangxing';

export interface PartStaff extends Staff {
  readonly harbin: Caller;
  readonly shuangcheng: Caller;
}

export async function partStaffOf(api: ServedApi): Promise<PartStaff> {
  const staff = await staffOf(api);
  const { supervisor } = staff;
  const depot = (body: object) => done(supervisor.post('/api/v1/depots', { region: REGION, ...body }));
  await depot({ id: SHUANGCHENG, name: '双城站', kind: 'county', county: '双城区', parent: HARBIN });
  await depot({ id: VAN, name: '李师傅服务车', kind: 'van', parent: SHUANGCHENG, technicianId: 'tech-li' });
  const part = (partNumber: string, name: string, serialised: boolean) =>
    done(
      supervisor.post('/api/v1/parts', {
        partNumber,
        name,
        class: 'wear',
        packSize: 5,
        serialised,
        substitutes: [],
        makerId: MAKER,
      }),
    );
  await part('BELT', '皮带', false);
  await part('PUMP', '液压泵', true);
  return {
    ...staff,
    harbin: await callerAs(api, 'depot-clerk', { sub: 'clerk-harbin', depots: [HARBIN] }),
    shuangcheng: await callerAs(api, 'depot-clerk', { sub: 'clerk-shuangcheng', depots: [SHUANGCHENG] }),
  };
}

export interface PartStage {
  readonly api: Pick<ApiUnderTest, 'supply' | 'clock'>;
  readonly staff: PartStaff;
}

export const card = (depotId: string, partNumber = 'BELT'): string => `/api/v1/depots/${depotId}/stock/${partNumber}`;

/** So many pieces on the shelf, counted: what earlier specs left is gone. */
export async function stocked(
  { staff, api }: PartStage,
  depotId: string,
  counted: number,
  { partNumber = 'BELT', serials }: { partNumber?: string; serials?: readonly string[] } = {},
): Promise<void> {
  await done(staff.supervisor.post(`${card(depotId, partNumber)}/counts`, { counted, ...(serials && { serials }) }));
  await api.supply();
}

export interface PartPath extends VisitPath {
  readonly partRequestId: string;
  /** Of the request. */
  readonly part: string;
}

/** A request of the technician on a visit, not sourced yet. */
export async function asked({ staff }: PartStage, body: object = {}, place?: VisitPath): Promise<PartPath> {
  const at = place ?? (await dispatched(staff, 'tech-li', { county: '双城区' }));
  const answer = await done(
    staff.technician.post(`${at.path}/part-requests`, { partNumber: 'BELT', quantity: 2, ...body }),
  );
  const partRequestId = String(answer.body['partRequestId']);
  return { ...at, partRequestId, part: `/api/v1/part-requests/${partRequestId}` };
}

/** Harbin has it and has promised it; nobody else has any. */
export async function promised(stage: PartStage, quantity = 2): Promise<PartPath> {
  for (const depot of [VAN, SHUANGCHENG]) await stocked(stage, depot, 0);
  await stocked(stage, HARBIN, 100);
  const place = await asked(stage, { quantity });
  await stage.api.supply();
  return place;
}

export async function sent(stage: PartStage, quantity = 2): Promise<PartPath> {
  const place = await promised(stage, quantity);
  await done(stage.staff.harbin.post(`${place.part}/shipment`, { carrier: '顺丰速运', trackingNumber: 'SF1' }));
  return place;
}

export async function inHand(stage: PartStage, quantity = 2): Promise<PartPath> {
  const place = await sent(stage, quantity);
  await done(stage.staff.technician.post(`${place.part}/receipt`, { quantity }));
  return place;
}

export async function sentBack(stage: PartStage, condition = 'good'): Promise<PartPath> {
  const place = await inHand(stage);
  await done(stage.staff.technician.post(`${place.part}/return`, { quantity: 1, condition }));
  return place;
}

/** Nobody has any: it waits. */
export async function waiting(stage: PartStage, quantity = 2): Promise<PartPath> {
  for (const depot of [VAN, SHUANGCHENG, HARBIN]) await stocked(stage, depot, 0);
  const place = await asked(stage, { quantity });
  await stage.api.supply();
  return place;
}

/** From Harbin to Shuangcheng, promised. */
export async function transferAsked(stage: PartStage, quantity = 3, partNumber = 'BELT'): Promise<string> {
  if (partNumber === 'BELT') await stocked(stage, HARBIN, 100);
  const body = { to: SHUANGCHENG, partNumber, quantity };
  const answer = await done(stage.staff.harbin.post(`/api/v1/depots/${HARBIN}/transfers`, body));
  return `/api/v1/transfers/${String(answer.body['transferId'])}`;
}

export async function transferSent(stage: PartStage, quantity = 3): Promise<string> {
  const path = await transferAsked(stage, quantity);
  await done(stage.staff.harbin.post(`${path}/dispatch`, {}));
  return path;
}

/** Above the limit of a first test application, so that a second person decides. */
export async function adjustmentAsked({ staff }: PartStage): Promise<string> {
  await done(staff.supervisor.post(`${card(HARBIN)}/counts`, { counted: 100 }));
  const answer = await done(staff.harbin.post(`${card(HARBIN)}/adjustments`, { by: -40, reason: '进水报废' }));
  return `/api/v1/stock-adjustments/${String(answer.body['adjustmentId'])}`;
}

/** An open suggestion of Shuangcheng. */
export async function suggested(stage: PartStage, min = 5, max = 20): Promise<string> {
  const { staff } = stage;
  await stocked(stage, SHUANGCHENG, 100);
  await done(staff.shuangcheng.post(`${card(SHUANGCHENG)}/levels`, { min: 0, max: 20 }));
  await stocked(stage, SHUANGCHENG, 1);
  await done(staff.shuangcheng.post(`${card(SHUANGCHENG)}/levels`, { min, max }));
  const head = suggestedBefore.get(staff) ?? 0;
  suggestedBefore.set(staff, head + 1);
  return `/api/v1/depots/${SHUANGCHENG}/suggestions/BELT.${head + 1}`;
}

/** Each has the next number on its card. */
const suggestedBefore = new WeakMap<PartStaff, number>();
