import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, reported, type Caller } from './requests';
import { dispatched, done, inHours, staffOf, type Staff } from './stories';

describe('texts name cases by the numbers that people know', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  const numberOf = async (id: string): Promise<string> =>
    String((await staff.supervisor.get(`/api/v1/cases/${id}`)).body['number']);
  const textsOf = async (caller: Caller, id: string): Promise<string[]> => {
    const { body } = await caller.get(`/api/v1/cases/${id}/timeline`);
    return (body['items'] as { text: string }[]).map(({ text }) => text);
  };
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
  });
  afterAll(() => api.stop());

  it('a merged case: where it went, in its timeline and in what it says to whoever still works on it', async () => {
    const into = await reported(staff.agent);
    const id = await reported(staff.agent);
    await done(staff.agent.post(`/api/v1/cases/${id}/merge`, { into }));
    const number = await numberOf(into);
    expect((await textsOf(staff.agent, id)).at(-1)).toBe(`Merged into case ${number} as a duplicate`);
    expect((await textsOf(staff.agent, into)).at(-1)).toBe(`Duplicate case ${await numberOf(id)} merged into this one`);
    const refused = await staff.agent.post(`/api/v1/cases/${id}/notes`, { text: '来电', kind: 'call' });
    expectProblem(refused, 409, 'case.merged');
    expect(refused.body['detail']).toBe(`The case was merged into case ${number}, id ${into}: work on that one.`);
  });

  it('a double booking names the other case, but only to those who may see it', async () => {
    const window = { from: inHours(api, 24), to: inHours(api, 26), requestedBy: 'us' };
    const first = await dispatched(staff);
    await done(staff.agent.post(`${first.visit}/appointment`, window));
    const second = await dispatched(staff, 'tech-li', { region: '吉林' });
    const book = async (caller: Caller): Promise<string> => {
      const refused = await caller.post(`${second.visit}/appointment`, window);
      expectProblem(refused, 409, 'technician.double-booked');
      return String(refused.body['detail']);
    };
    const number = await numberOf(first.id);
    expect(await book(staff.agent)).toContain(`case ${number}, visit ${first.visitId}`);
    const elsewhere = await book(await callerAs(api, 'agent', { regions: ['吉林'] }));
    expect(elsewhere).toBe('The technician has agreed another time that overlaps.');
  });

  it('a correction tells old and new value', async () => {
    const id = await reported(staff.agent, { county: '双城区' });
    const changes = { county: '呼兰区', priority: 'urgent', address: '别处', reason: '记错了' };
    await done(staff.agent.post(`/api/v1/cases/${id}/details`, changes));
    expect((await textsOf(staff.agent, id)).at(-1)).toBe(
      'Details corrected (county 双城区 → 呼兰区, priority normal → urgent, address): 记错了',
    );
  });
});
