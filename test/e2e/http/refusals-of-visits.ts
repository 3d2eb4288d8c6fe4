import { reported } from './requests';
import { completed, dispatched, done, inHours, type RefusalCase, type Stage } from './stories';

const MINUTE = 1 / 60;
const onVisit = async ({ staff }: Stage): Promise<string> => (await dispatched(staff)).visit;
const arrived = async (stage: Stage): Promise<string> => {
  const visit = await onVisit(stage);
  await done(stage.staff.technician.post(`${visit}/arrival`, {}));
  return visit;
};
const window = ({ api }: Stage, from = 24, hours = 2): object => ({
  from: inHours(api, from),
  to: inHours(api, from + hours),
  requestedBy: 'us',
});
/** A day of its own for every agreed window: the technician is one and the same. */
let day = 100;

/** From the dispatch to the signature. */
export const refusalsOfVisits: readonly RefusalCase[] = [
  {
    code: 'visit.unknown',
    status: 404,
    make: async ({ staff }) => [
      staff.agent,
      `${(await dispatched(staff)).path}/visits/none/appointment`,
      {
        from: '2026-12-24T09:00:00+08:00',
        to: '2026-12-24T11:00:00+08:00',
        requestedBy: 'us',
      },
    ],
  },
  {
    code: 'visit.not-yours',
    status: 403,
    make: async ({ staff }) => {
      const first = await completed(staff);
      const { body } = await done(staff.dispatcher.post(`${first.path}/dispatch`, { technicianId: 'tech-wang' }));
      return [staff.technician, `${first.path}/visits/${String(body['visitId'])}/acceptance`, {}];
    },
  },
  {
    code: 'visit.not-open',
    status: 409,
    make: async ({ staff }) => [staff.technician, `${(await completed(staff)).visit}/departure`, {}],
  },
  {
    code: 'visit.already-accepted',
    status: 409,
    make: async (stage) => {
      const visit = await onVisit(stage);
      await done(stage.staff.technician.post(`${visit}/acceptance`, {}));
      return [stage.staff.technician, `${visit}/acceptance`, {}];
    },
  },
  {
    code: 'visit.already-travelling',
    status: 409,
    make: async (stage) => {
      const visit = await onVisit(stage);
      await done(stage.staff.technician.post(`${visit}/departure`, {}));
      return [stage.staff.technician, `${visit}/departure`, {}];
    },
  },
  {
    code: 'visit.already-arrived',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${await arrived(stage)}/arrival`, {}],
  },
  {
    code: 'visit.not-arrived',
    status: 409,
    make: async (stage) => [stage.staff.technician, `${await onVisit(stage)}/completion`, { fixed: true }],
  },
  {
    code: 'visit.not-completed',
    status: 409,
    make: async (stage) => [
      stage.staff.technician,
      `${await arrived(stage)}/materials`,
      { materials: [], reason: '补录' },
    ],
  },
  {
    code: 'visit.materials-final',
    status: 409,
    make: async ({ staff }) => {
      const place = await completed(staff);
      await done(staff.agent.post(`${place.path}/close`, { resolution: 'repaired' }));
      await done(staff.agent.post(`${place.path}/reopen`, { reason: '又坏了' }));
      return [staff.technician, `${place.visit}/materials`, { materials: [], reason: '补录' }];
    },
  },
  {
    code: 'appointment.past',
    status: 422,
    make: async (stage) => [stage.staff.agent, `${await onVisit(stage)}/appointment`, window(stage, -5)],
  },
  {
    code: 'appointment.too-long',
    status: 422,
    make: async (stage) => [stage.staff.agent, `${await onVisit(stage)}/appointment`, window(stage, 24, 7 * 24 + 1)],
  },
  {
    code: 'appointment.override-not-allowed',
    status: 403,
    make: async (stage) => [
      stage.staff.agent,
      `${await onVisit(stage)}/appointment`,
      { ...window(stage), override: { reason: '客户同意' } },
    ],
  },
  {
    code: 'appointment.reason-required',
    status: 422,
    make: async (stage) => {
      const visit = await onVisit(stage);
      day += 1;
      await done(stage.staff.agent.post(`${visit}/appointment`, window(stage, 24 * day)));
      return [stage.staff.agent, `${visit}/appointment`, window(stage, 24 * day + 5)];
    },
  },
  {
    code: 'technician.double-booked',
    status: 409,
    make: async (stage) => {
      day += 1;
      await done(stage.staff.agent.post(`${await onVisit(stage)}/appointment`, window(stage, 24 * day)));
      return [stage.staff.agent, `${await onVisit(stage)}/appointment`, window(stage, 24 * day + 1)];
    },
  },
  {
    code: 'case.customer-not-informed',
    status: 409,
    make: async (stage) => {
      const { staff } = stage;
      const place = await completed(staff, { fixed: false, reason: '缺件', customerInformed: undefined });
      const { body } = await done(staff.dispatcher.post(`${place.path}/dispatch`, { technicianId: 'tech-li' }));
      return [staff.agent, `${place.path}/visits/${String(body['visitId'])}/appointment`, window(stage)];
    },
  },
  {
    code: 'case.no-completed-visit',
    status: 409,
    make: async ({ staff }) => [
      staff.technician,
      `${(await dispatched(staff)).path}/signature`,
      { signerName: '王', materialsDigest: 'a'.repeat(64) },
    ],
  },
  {
    code: 'case.materials-changed',
    status: 409,
    make: async ({ staff }) => [
      staff.technician,
      `${(await completed(staff)).path}/signature`,
      { signerName: '王', materialsDigest: 'a'.repeat(64) },
    ],
  },
  {
    code: 'exemption.unknown',
    status: 404,
    make: async ({ staff }) => [
      staff.supervisor,
      `/api/v1/cases/${await reported(staff.agent)}/exemptions/none/approval`,
      {},
    ],
  },
  {
    code: 'exemption.unknown-target',
    status: 422,
    make: async ({ staff }) => [
      staff.agent,
      `/api/v1/cases/${await reported(staff.agent)}/exemptions`,
      { target: 'none', reason: '道路中断' },
    ],
  },
  {
    code: 'exemption.already-pending',
    status: 409,
    make: async ({ staff }) => {
      const path = `/api/v1/cases/${await reported(staff.agent)}/exemptions`;
      const body = { target: 'signature', reason: '客户不在' };
      await done(staff.agent.post(path, body));
      return [staff.agent, path, body];
    },
  },
  {
    code: 'exemption.own-request',
    status: 403,
    make: async ({ staff }) => [staff.supervisor, `${await requested(staff.supervisor, staff.agent)}/approval`, {}],
  },
  {
    code: 'exemption.already-decided',
    status: 409,
    make: async ({ staff }) => {
      const path = await requested(staff.agent, staff.agent);
      await done(staff.supervisor.post(`${path}/refusal`, {}));
      return [staff.supervisor, `${path}/approval`, {}];
    },
  },
  {
    code: 'exemption.already-approved',
    status: 409,
    make: async ({ staff }) => {
      const path = await requested(staff.agent, staff.agent);
      await done(staff.supervisor.post(`${path}/approval`, {}));
      return [staff.agent, path.replace(/\/[^/]+$/, ''), { target: 'signature', reason: '客户不在' }];
    },
  },
  {
    code: 'exemption.clock-ended',
    status: 409,
    make: async (stage) => [
      stage.staff.agent,
      `${(await arrived(stage)).replace(/\/visits.*$/, '')}/exemptions`,
      { target: 'onSiteResponse:-:1', reason: '道路中断' },
    ],
  },
  {
    code: 'exemption.too-late',
    status: 409,
    make: async ({ api, staff }) => {
      const place = await completed(staff);
      await done(staff.agent.post(`${place.path}/close`, { resolution: 'repaired' }));
      api.clock.now += 30 * 24 * 3_600_000 + 1;
      return [staff.agent, `${place.path}/exemptions`, { target: 'signature', reason: '客户不在' }];
    },
  },
  {
    code: 'voiding.unknown',
    status: 404,
    make: async ({ staff }) => [
      staff.supervisor,
      `/api/v1/cases/${await reported(staff.agent)}/voidings/restore:-:1/approval`,
      {},
    ],
  },
  {
    code: 'voiding.own-fact',
    status: 403,
    make: async ({ api, staff }) => {
      const path = `/api/v1/cases/${await reported(staff.agent)}`;
      const paused = inHours(api, 20);
      api.clock.now += 80 * 3_600_000;
      await done(staff.agent.post(`${path}/notes`, { text: '催促', kind: 'call' }));
      const until = inHours(api, 24 + MINUTE);
      await done(staff.supervisor.post(`${path}/pause`, { reason: 'waiting-customer', until, occurredAt: paused }));
      return [staff.supervisor, `${path}/voidings/onSiteResponse:-:1/approval`, {}];
    },
  },
];

/** A pending exemption of the signature; its address. */
async function requested(by: Stage['staff']['agent'], agent: Stage['staff']['agent']): Promise<string> {
  const path = `/api/v1/cases/${await reported(agent)}/exemptions`;
  const { body } = await done(by.post(path, { target: 'signature', reason: '客户不在' }));
  return `${path}/${String(body['exemptionId'])}`;
}
