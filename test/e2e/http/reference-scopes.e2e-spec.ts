import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, type Answer, type Caller } from './requests';
import { done, REGION, staffOf, technicianNamed, type Staff } from './stories';

const ELSEWHERE = '吉林';

describe('what reference data refers to', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  /** A supervisor of another region than the staff's. */
  let elsewhere: Caller;
  const depot = (id: string, changes: object = {}): object => ({
    id,
    name: '站',
    kind: 'county',
    region: ELSEWHERE,
    ...changes,
  });
  const technician = (id: string, changes: object = {}): object =>
    technicianNamed(id, { homeDepot: 'own', regions: [ELSEWHERE], ...changes });
  const post = (path: string, body: object): Promise<Answer> => elsewhere.post(`/api/v1/${path}`, body);
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    elsewhere = await callerAs(api, 'supervisor', { sub: 'elsewhere', regions: [ELSEWHERE] });
    await done(post('depots', depot('own')));
    await done(post('technicians', technician('tech-own')));
  });
  afterAll(() => api.stop());

  const van = { kind: 'van' };
  it.each<[field: string, code: string, path: string, hidden: object, absent: object]>([
    [
      'homeDepot',
      'technician.home-depot-unknown',
      'technicians',
      technician('t', { homeDepot: 'depot-harbin' }),
      technician('t', { homeDepot: 'nowhere' }),
    ],
    [
      'parent',
      'depot.parent-unknown',
      'depots',
      depot('d', { parent: 'depot-harbin' }),
      depot('d', { parent: 'none' }),
    ],
    [
      'technicianId',
      'depot.technician-unknown',
      'depots',
      depot('d', { ...van, technicianId: 'tech-li' }),
      depot('d', { ...van, technicianId: 'nobody' }),
    ],
  ])('as %s is unknown where the caller may not see it', async (field, code, path, hidden, absent) => {
    const [seen, none] = [await post(path, hidden), await post(path, absent)];
    expectProblem(seen, 422, code);
    expect({ ...seen.body, instance: 'an id' }).toEqual({ ...none.body, instance: 'an id' });
    expect(Object.keys(seen.body.errors ?? {})).toEqual([field]);
  });

  it('is taken where it is his, and where the thing refers to it already', async () => {
    await done(post('depots', depot('below', { parent: 'own' })));
    await done(post('depots', depot('van-own', { ...van, technicianId: 'tech-own' })));
    await done(staff.supervisor.post('/api/v1/technicians', technician('tech-far', { homeDepot: 'depot-harbin' })));
    await done(staff.supervisor.post('/api/v1/depots', depot('far', { parent: 'depot-harbin' })));
    await done(post('technicians', technician('tech-far', { homeDepot: 'depot-harbin', active: false })));
    await done(post('depots', depot('far', { parent: 'depot-harbin', name: '新站' })));
  });

  it('is of every region only where a supervisor without region limits says so', async () => {
    expectProblem(await post('technicians', technician('tech-all', { regions: [] })), 404, 'reference.unknown');
    await done(staff.supervisor.post('/api/v1/technicians', technician('tech-all', { regions: [] })));
    expectProblem(await post('technicians', technician('tech-all')), 404, 'reference.unknown');
  });

  it('matters no more to a command that was accepted before', async () => {
    const headers = { 'idempotency-key': 'moved-away' };
    const body = technician('tech-moved');
    const first = await elsewhere.post('/api/v1/technicians', body, { headers });
    expect(first.status).toBe(201);
    await done(staff.supervisor.post('/api/v1/technicians', technicianNamed('tech-moved', { regions: [REGION] })));
    const again = await elsewhere.post('/api/v1/technicians', body, { headers });
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });
});
