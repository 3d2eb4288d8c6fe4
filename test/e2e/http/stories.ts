import type { ApiUnderTest, ServedApi } from './api-fixture';
import { callerAs, reported, type Answer, type Caller } from './requests';

export const REGION = '黑龙江';
const HOUR = 3_600_000;

/** The people of one region, each with a token of his own. */
export interface Staff {
  readonly agent: Caller;
  readonly dispatcher: Caller;
  readonly supervisor: Caller;
  /** Another supervisor: whoever asks does not decide. */
  readonly second: Caller;
  /** `tech-li`, registered and active. */
  readonly technician: Caller;
  /** `tech-wang`, registered and active. */
  readonly otherTechnician: Caller;
}

export const technicianNamed = (id: string, changes: object = {}): object => ({
  id,
  name: `师傅 ${id}`,
  homeDepot: 'depot-harbin',
  regions: [REGION],
  skills: ['hydraulics'],
  languages: ['zh-CN'],
  active: true,
  ...changes,
});

/** Registers a depot, two technicians, and a third who takes no more visits. */
export async function staffOf(api: ServedApi): Promise<Staff> {
  const supervisor = await callerAs(api, 'supervisor', { sub: 'sun' });
  await done(
    supervisor.post('/api/v1/depots', { id: 'depot-harbin', name: '哈尔滨站', kind: 'region', region: REGION }),
  );
  for (const id of ['tech-li', 'tech-wang']) await done(supervisor.post('/api/v1/technicians', technicianNamed(id)));
  await done(supervisor.post('/api/v1/technicians', technicianNamed('tech-idle', { active: false })));
  return {
    supervisor,
    agent: await callerAs(api, 'agent'),
    dispatcher: await callerAs(api, 'dispatcher'),
    second: await callerAs(api, 'supervisor', { sub: 'zhou' }),
    technician: await callerAs(api, 'technician', { sub: 'tech-li' }),
    otherTechnician: await callerAs(api, 'technician', { sub: 'tech-wang' }),
  };
}

/** The answer of a command that has to be accepted. */
export async function done(answer: Promise<Answer>): Promise<Answer> {
  const given = await answer;
  if (given.status >= 300) throw new Error(`${given.status} ${JSON.stringify(given.body)}`);
  return given;
}

/** RFC 3339, so many hours from the fixture's present. */
export const inHours = (api: ServedApi, hours: number): string =>
  new Date(api.clock.now + hours * HOUR).toISOString().replace('.000Z', 'Z');

export interface VisitPath {
  readonly id: string;
  readonly visitId: string;
  /** Of the case. */
  readonly path: string;
  readonly visit: string;
}

/** A new case that `tech-li` (or another) was sent to. */
export async function dispatched(staff: Staff, technicianId = 'tech-li', report: object = {}): Promise<VisitPath> {
  return dispatchTo(staff, await reported(staff.agent, report), technicianId);
}

export async function dispatchTo(staff: Staff, id: string, technicianId = 'tech-li'): Promise<VisitPath> {
  const { body } = await done(staff.dispatcher.post(`/api/v1/cases/${id}/dispatch`, { technicianId }));
  const visitId = String(body['visitId']);
  return { id, visitId, path: `/api/v1/cases/${id}`, visit: `/api/v1/cases/${id}/visits/${visitId}` };
}

/** A case whose visit is over; fixed and told unless `completion` says otherwise. */
export async function completed(staff: Staff, completion: object = {}, report: object = {}): Promise<VisitPath> {
  const place = await dispatched(staff, 'tech-li', report);
  await completeVisit(staff, place, completion);
  return place;
}

export async function completeVisit(staff: Staff, { visit }: VisitPath, completion: object = {}): Promise<void> {
  await done(staff.technician.post(`${visit}/arrival`, {}));
  const informed = { customerInformed: { result: '已修复', channel: 'on-site' } };
  await done(staff.technician.post(`${visit}/completion`, { fixed: true, ...informed, ...completion }));
}

export async function closed(staff: Staff): Promise<VisitPath> {
  const place = await completed(staff);
  await done(staff.agent.post(`${place.path}/close`, { resolution: 'repaired' }));
  return place;
}

export interface Stage {
  readonly api: ApiUnderTest;
  readonly staff: Staff;
}

/** A command that is refused, and how to bring it about. */
export interface RefusalCase {
  readonly code: string;
  readonly status: number;
  readonly make: (stage: Stage) => Promise<[caller: Caller, path: string, body: object]>;
}
