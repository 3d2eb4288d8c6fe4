import { REPORT, reported } from './requests';
import { closed, completed, dispatched, dispatchTo, done, inHours, type RefusalCase } from './stories';

const aCase = async ({ staff }: Parameters<RefusalCase['make']>[0], report: object = {}): Promise<string> =>
  `/api/v1/cases/${await reported(staff.agent, report)}`;
const pause = { reason: 'weather', until: '2026-11-30T09:00:00+08:00' };

/** From the report to the merge, and the ways in which a case ends. */
export const refusalsOfCases: readonly RefusalCase[] = [
  {
    code: 'case.unknown',
    status: 404,
    make: async ({ staff }) => [staff.agent, '/api/v1/cases/none/owner', { owner: 'li' }],
  },
  {
    code: 'case.follow-up-unknown',
    status: 422,
    make: async ({ staff }) => [staff.agent, '/api/v1/cases', { ...REPORT, followUpOf: 'none' }],
  },
  {
    code: 'customer-time.past',
    status: 422,
    make: async ({ api, staff }) => [
      staff.agent,
      '/api/v1/cases',
      { ...REPORT, customerTime: { from: inHours(api, -3), to: inHours(api, -2) } },
    ],
  },
  {
    code: 'customer-time.none-standing',
    status: 409,
    make: async (stage) => [stage.staff.agent, `${await aCase(stage)}/customer-time/withdrawal`, { reason: '不必了' }],
  },
  {
    code: 'case.nothing-changed',
    status: 422,
    make: async (stage) => [
      stage.staff.agent,
      `${await aCase(stage, { product: 'h' })}/details`,
      { product: 'h', reason: '核对' },
    ],
  },
  {
    code: 'case.merge-into-itself',
    status: 422,
    make: async (stage) => {
      const path = await aCase(stage);
      return [stage.staff.agent, `${path}/merge`, { into: path.slice('/api/v1/cases/'.length) }];
    },
  },
  {
    code: 'case.merge-target-unknown',
    status: 422,
    make: async (stage) => [stage.staff.agent, `${await aCase(stage)}/merge`, { into: 'none' }],
  },
  {
    code: 'case.merge-into-older',
    status: 422,
    make: async (stage) => {
      const into = await reported(stage.staff.agent);
      const older = await aCase(stage, { occurredAt: inHours(stage.api, -1) });
      return [stage.staff.agent, `${older}/merge`, { into }];
    },
  },
  {
    code: 'case.merge-into-final',
    status: 409,
    make: async (stage) => {
      const into = await reported(stage.staff.agent, { occurredAt: inHours(stage.api, -1) });
      await done(stage.staff.agent.post(`/api/v1/cases/${into}/cancel`, { reason: '误报' }));
      return [stage.staff.agent, `${await aCase(stage)}/merge`, { into }];
    },
  },
  {
    code: 'case.merged',
    status: 409,
    make: async (stage) => {
      const path = await aCase(stage);
      await done(stage.staff.agent.post(`${path}/merge`, { into: await reported(stage.staff.agent) }));
      return [stage.staff.agent, `${path}/reopen`, { reason: '又坏了' }];
    },
  },
  {
    code: 'case.cancelled',
    status: 409,
    make: async (stage) => {
      const path = await aCase(stage);
      await done(stage.staff.agent.post(`${path}/cancel`, { reason: '误报' }));
      return [stage.staff.agent, `${path}/notes`, { text: '来电', kind: 'call' }];
    },
  },
  {
    code: 'case.already-closed',
    status: 409,
    make: async ({ staff }) => [staff.agent, `${(await closed(staff)).path}/owner`, { owner: 'li' }],
  },
  {
    code: 'case.not-closed',
    status: 409,
    make: async (stage) => [stage.staff.agent, `${await aCase(stage)}/reopen`, { reason: '又坏了' }],
  },
  {
    code: 'case.reopen-window-over',
    status: 409,
    make: async ({ api, staff }) => {
      const { path } = await closed(staff);
      api.clock.now += 30 * 24 * 3_600_000 + 1;
      return [staff.agent, `${path}/reopen`, { reason: '又坏了' }];
    },
  },
  {
    code: 'case.closing-needs-unmet',
    status: 409,
    make: async (stage) => [stage.staff.agent, `${await aCase(stage)}/close`, { resolution: 'repaired' }],
  },
  {
    code: 'case.closing-needs-supervisor',
    status: 403,
    make: async ({ staff }) => [
      staff.agent,
      `${(await completed(staff)).path}/close`,
      { resolution: 'replaced', note: '换机' },
    ],
  },
  {
    code: 'case.already-paused',
    status: 409,
    make: async (stage) => {
      const path = await aCase(stage);
      await done(stage.staff.agent.post(`${path}/pause`, { ...pause, until: inHours(stage.api, 24) }));
      return [stage.staff.agent, `${path}/pause`, { ...pause, until: inHours(stage.api, 48) }];
    },
  },
  {
    code: 'case.not-paused',
    status: 409,
    make: async (stage) => [stage.staff.agent, `${await aCase(stage)}/resume`, { reason: 'road' }],
  },
  {
    code: 'pause.until-past',
    status: 422,
    make: async (stage) => [
      stage.staff.agent,
      `${await aCase(stage)}/pause`,
      { ...pause, until: inHours(stage.api, -1) },
    ],
  },
  {
    code: 'occurred-at.out-of-order',
    status: 422,
    make: async (stage) => [
      stage.staff.agent,
      `${await aCase(stage)}/notes`,
      { text: '来电', kind: 'call', occurredAt: inHours(stage.api, -1) },
    ],
  },
  {
    code: 'case.not-your-visit',
    status: 403,
    make: async ({ staff }) => {
      const place = await completed(staff);
      await dispatchTo(staff, place.id, 'tech-wang');
      return [staff.technician, `${place.path}/notes`, { text: '来电', kind: 'call' }];
    },
  },
  {
    code: 'case.enquiry-without-visit',
    status: 409,
    make: async (stage) => [
      stage.staff.dispatcher,
      `${await aCase(stage, { caseType: 'enquiry' })}/dispatch`,
      { technicianId: 'tech-li' },
    ],
  },
  {
    code: 'case.visit-open',
    status: 409,
    make: async ({ staff }) => [
      staff.dispatcher,
      `${(await dispatched(staff)).path}/dispatch`,
      { technicianId: 'tech-wang' },
    ],
  },
  {
    code: 'technician.unknown',
    status: 422,
    make: async (stage) => [stage.staff.dispatcher, `${await aCase(stage)}/dispatch`, { technicianId: 'constructor' }],
  },
  {
    code: 'technician.inactive',
    status: 409,
    make: async (stage) => [stage.staff.dispatcher, `${await aCase(stage)}/dispatch`, { technicianId: 'tech-idle' }],
  },
];
