import { callerAs, reported } from './requests';
import { closed, done, type RefusalCase, type Stage } from './stories';

const WINDOW_MS = 14 * 24 * 3_600_000;
const told = { score: 5, channel: 'phone' };

const rated = async ({ staff }: Stage): Promise<string> => {
  const { path } = await closed(staff);
  await done(staff.agent.post(`${path}/ratings`, told));
  return `${path}/ratings`;
};
const closedEnquiry = async ({ staff }: Stage): Promise<string> => {
  const path = `/api/v1/cases/${await reported(staff.agent, { caseType: 'enquiry' })}`;
  await done(staff.agent.post(`${path}/close`, { resolution: 'solved-by-phone', note: '已答复' }));
  return `${path}/ratings`;
};

/** What ratings and surveys say no to. */
export const refusalsOfRatings: readonly RefusalCase[] = [
  {
    code: 'survey.unknown',
    status: 404,
    make: async ({ staff }) => [staff.agent, '/api/v1/surveys/MTIzfjE.AAAAAAAAAAAAAAAAAAAAAA', { score: 5 }],
  },
  {
    code: 'rating.score',
    status: 400,
    make: async ({ staff }) => [staff.agent, `${(await closed(staff)).path}/ratings`, { ...told, score: 6 }],
  },
  {
    code: 'rating.case-not-closed',
    status: 409,
    make: async ({ staff }) => [staff.agent, `/api/v1/cases/${await reported(staff.agent)}/ratings`, told],
  },
  {
    code: 'rating.already-given',
    status: 409,
    make: async (stage) => [stage.staff.agent, await rated(stage), { ...told, score: 1 }],
  },
  {
    code: 'rating.too-late',
    status: 409,
    make: async ({ api, staff }) => {
      const { path } = await closed(staff);
      api.clock.now += WINDOW_MS + 1;
      return [staff.agent, `${path}/ratings`, told];
    },
  },
  {
    code: 'rating.enquiry',
    status: 409,
    make: async (stage) => [stage.staff.agent, await closedEnquiry(stage), told],
  },
  {
    code: 'rating.by-technician',
    status: 403,
    make: async ({ api, staff }) => {
      const both = await callerAs(api, 'agent', { sub: 'tech-li', roles: ['agent', 'technician'] });
      return [both, `${(await closed(staff)).path}/ratings`, told];
    },
  },
];
