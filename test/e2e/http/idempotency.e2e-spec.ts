import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, REPORT, reported, type Answer, type Caller } from './requests';
import { closed, dispatched, done, staffOf } from './stories';

const sameAnswer = (again: Answer, first: Answer): void => {
  expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
};

describe('a command that comes again', () => {
  let api: ApiUnderTest;
  let agent: Caller;
  const nothingHappens = async (run: () => Promise<void>): Promise<void> => {
    const head = await api.store.head();
    await run();
    expect(await api.store.head()).toBe(head);
  };
  beforeAll(async () => {
    api = await startApi();
    agent = await callerAs(api, 'agent');
  });
  afterAll(() => api.stop());

  it('gets the same answer with Idempotency-Replayed, and does nothing twice', async () => {
    const first = await agent.post('/api/v1/cases', REPORT, { key: 'report-1' });
    await nothingHappens(async () => sameAnswer(await agent.post('/api/v1/cases', REPORT, { key: 'report-1' }), first));
  });

  it('is the same content with keys in another order and other white space', async () => {
    const body = { text: '来电', kind: 'call', channel: 'phone' };
    const path = `/api/v1/cases/${await reported(agent)}/notes`;
    const first = await agent.post(path, body, { key: 'note-1' });
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'note-1' };
    const text = '{ "channel": "phone",\n "kind": "call", "text": "来电" }';
    sameAnswer(await agent.send('POST', path, text, headers), first);
  });

  it('CloseCase is answered as before although the case is closed, and after it was reopened', async () => {
    const id = await reported(agent, { caseType: 'enquiry' });
    const close = { resolution: 'solved-by-phone', note: '已指导' };
    const first = await agent.post(`/api/v1/cases/${id}/close`, close, { key: 'close-1' });
    expect(first.status).toBe(200);
    expectProblem(await agent.post(`/api/v1/cases/${id}/close`, close), 409, 'case.already-closed');
    await nothingHappens(async () =>
      sameAnswer(await agent.post(`/api/v1/cases/${id}/close`, close, { key: 'close-1' }), first),
    );
    await agent.post(`/api/v1/cases/${id}/reopen`, { reason: '又坏了' });
    await nothingHappens(async () =>
      sameAnswer(await agent.post(`/api/v1/cases/${id}/close`, close, { key: 'close-1' }), first),
    );
    expect((await agent.get(`/api/v1/cases/${id}`)).body['status']).not.toBe('closed');
  });

  it.each([
    ['cancel', { reason: '误报' }],
    ['pause', { reason: 'weather', until: '2026-11-24T09:00:00+08:00' }],
    ['exemptions', { target: 'signature', reason: '客户不在' }],
  ])('%s is answered as before where the state would now refuse it', async (route, body) => {
    const id = await reported(agent);
    const first = await agent.post(`/api/v1/cases/${id}/${route}`, body, { key: `again-${route}` });
    expect(first.status).toBeLessThan(300);
    expect((await agent.post(`/api/v1/cases/${id}/${route}`, body)).status).toBe(409);
    sameAnswer(await agent.post(`/api/v1/cases/${id}/${route}`, body, { key: `again-${route}` }), first);
  });

  it('is answered as before with the If-Match that it was accepted with', async () => {
    const id = await reported(agent);
    const extra = { key: 'owner-1', headers: { 'if-match': '"1"' } };
    const first = await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, extra);
    sameAnswer(await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, extra), first);
  });

  it('is answered as before when its occurredAt has meanwhile left the bounds', async () => {
    const own = await startApi();
    try {
      const before = await callerAs(own, 'agent');
      const id = await reported(before, { occurredAt: '2026-11-22T09:00:00+08:00' });
      const body = { text: '来电', kind: 'call', occurredAt: '2026-11-22T10:00:00+08:00' };
      const first = await before.post(`/api/v1/cases/${id}/notes`, body, { key: 'late-1' });
      own.clock.now += 71 * 3_600_000;
      sameAnswer(await before.post(`/api/v1/cases/${id}/notes`, body, { key: 'late-1' }), first);
      expectProblem(await before.post(`/api/v1/cases/${id}/notes`, body), 400, 'occurred-at.out-of-bounds');
    } finally {
      await own.stop();
    }
  });

  it('reference data is answered as before', async () => {
    const supervisor = await callerAs(api, 'supervisor');
    const part = { partNumber: 'P-1', name: '泵', class: 'wear', packSize: 1, serialised: false, substitutes: [] };
    const first = await supervisor.post('/api/v1/parts', part, { key: 'part-1' });
    await nothingHappens(async () =>
      sameAnswer(await supervisor.post('/api/v1/parts', part, { key: 'part-1' }), first),
    );
  });

  it('for whoever has acted himself out of sight: the technician who declined', async () => {
    const staff = await staffOf(api);
    const { technician } = staff;
    const path = `${(await dispatched(staff)).visit}/declination`;
    const first = await technician.post(path, { reason: '生病' }, { key: 'decline-1' });
    expect(first.status).toBe(200);
    expectProblem(await technician.post(path, { reason: '生病' }), 404, 'case.unknown');
    sameAnswer(await technician.post(path, { reason: '生病' }, { key: 'decline-1' }), first);
  });

  it('for whoever rated a case that has been moved out of his regions', async () => {
    const staff = await staffOf(api);
    const { path } = await closed(staff);
    const elsewhere = '吉林';
    const caller = await callerAs(api, 'agent', { regions: ['黑龙江'] });
    const rating = { kind: 'nps', score: 9, channel: 'phone' };
    const first = await caller.post(`${path}/ratings`, rating, { key: 'rating-1' });
    expect(first.status).toBe(200);
    await done(staff.agent.post(`${path}/reopen`, { reason: '又坏了' }));
    await done(staff.agent.post(`${path}/details`, { region: elsewhere, reason: '登记有误' }));
    expectProblem(await caller.post(`${path}/ratings`, rating), 404, 'case.unknown');
    sameAnswer(await caller.post(`${path}/ratings`, rating, { key: 'rating-1' }), first);
  });

  describe('under a key that was used for something else is 422 idempotency.key-reused', () => {
    let id: string;
    let other: string;
    const note = { text: '来电', kind: 'call' };
    beforeAll(async () => {
      [id, other] = [await reported(agent), await reported(agent)];
      await agent.post(`/api/v1/cases/${id}/notes`, note, { key: 'used' });
    });

    it.each<[string, () => Promise<Answer>]>([
      ['another body', () => agent.post(`/api/v1/cases/${id}/notes`, { ...note, text: '另一次' }, { key: 'used' })],
      ['another path', () => agent.post(`/api/v1/cases/${other}/notes`, note, { key: 'used' })],
      ['another command', () => agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { key: 'used' })],
      ['a new case', () => agent.post('/api/v1/cases', REPORT, { key: 'used' })],
      [
        'another If-Match',
        () => agent.post(`/api/v1/cases/${id}/notes`, note, { key: 'used', headers: { 'if-match': '"2"' } }),
      ],
    ])('%s', async (_, send) => {
      await nothingHappens(async () => expectProblem(await send(), 422, 'idempotency.key-reused'));
    });
  });

  it('under the same key of another sub is a command of its own', async () => {
    const another = await callerAs(api, 'agent', { sub: 'another' });
    const answers = [
      await agent.post('/api/v1/cases', REPORT, { key: 'shared' }),
      await another.post('/api/v1/cases', REPORT, { key: 'shared' }),
      await another.post('/api/v1/cases', { ...REPORT, address: '别处' }, { key: 'shared' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 422]);
    expect(answers[0]?.body['id']).not.toBe(answers[1]?.body['id']);
  });

  it('two subs and keys that read the same when put together are different', async () => {
    const [one, two] = [await callerAs(api, 'agent', { sub: 'ab' }), await callerAs(api, 'agent', { sub: 'a' })];
    const first = await one.post('/api/v1/cases', REPORT, { key: 'c' });
    const second = await two.post('/api/v1/cases', { ...REPORT, address: '别处' }, { key: 'bc' });
    expect([first.status, second.status]).toEqual([201, 201]);
  });

  it('after a refusal is decided anew, also with another content', async () => {
    const id = await reported(agent);
    const path = `/api/v1/cases/${id}/resume`;
    expectProblem(await agent.post(path, {}, { key: 'anew' }), 409, 'case.not-paused');
    await agent.post(`/api/v1/cases/${id}/pause`, { reason: 'road', until: '2026-11-24T09:00:00+08:00' });
    const accepted = await agent.post(path, {}, { key: 'anew' });
    expect(accepted).toMatchObject({ status: 200, body: { version: 3 } });
    expectProblem(await agent.post(path, { reason: 'wrong' }, { key: 'anew-2' }), 400, 'request.malformed');
    await agent.post(`/api/v1/cases/${id}/pause`, { reason: 'road', until: '2026-11-24T09:00:00+08:00' });
    expect((await agent.post(path, { reason: 'road' }, { key: 'anew-2' })).status).toBe(200);
  });
});
