import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, REPORT, reported, type Caller } from './requests';

describe('conventions of commands', () => {
  let api: ApiUnderTest;
  let agent: Caller;
  beforeAll(async () => {
    api = await startApi();
    agent = await callerAs(api, 'agent');
  });
  afterAll(() => api.stop());

  it('answers 201 with id, version, position, number, ETag and Location for a new case', async () => {
    const { status, headers, body } = await agent.post('/api/v1/cases', REPORT);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      version: 1,
      position: expect.stringMatching(/^\d+$/),
      number: expect.stringMatching(/^[0-9A-Z-]{7,9}$/),
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('location')).toBe(`/api/v1/cases/${String(body['id'])}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await agent.get(headers.get('location') ?? '')).body['number']).toBe(body['number']);
  });

  it('answers 200 with id, version, position and ETag, without Location, for what changes a case', async () => {
    const id = await reported(agent);
    const { status, headers, body } = await agent.post(`/api/v1/cases/${id}/notes`, { text: '来电', kind: 'call' });
    expect(status).toBe(200);
    expect(body).toEqual({ id, version: 2, position: expect.stringMatching(/^\d+$/) });
    expect(headers.get('etag')).toBe('"2"');
    expect(headers.get('location')).toBeNull();
    expect((await agent.get(`/api/v1/cases/${id}`)).headers.get('etag')).toBe('"2"');
  });

  it('answers a position that a query can wait for', async () => {
    const id = await reported(agent);
    const { body } = await agent.post(`/api/v1/cases/${id}/notes`, { text: '来电', kind: 'call' });
    const page = await agent.get(`/api/v1/cases/${id}?after=${String(body['position'])}`);
    expect(page).toMatchObject({ status: 200, body: { version: 2, position: body['position'] } });
  });

  describe('Idempotency-Key', () => {
    it.each([
      ['missing', undefined],
      ['empty', ''],
      ['of 256 characters', 'k'.repeat(256)],
      ['with a space', 'a b'],
      ['with a tab', 'a\tb'],
      ['with letters beyond ASCII', 'clé'],
    ])('%s is 400, names the header and does nothing', async (_, key) => {
      const head = await api.store.head();
      const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
      const answer = await agent.send('POST', '/api/v1/cases', JSON.stringify(REPORT), headers);
      expectProblem(answer, 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toEqual(['Idempotency-Key']);
      expect(await api.store.head()).toBe(head);
    });

    it.each([['k'], ['k'.repeat(255)], [`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`]])('%s is taken', async (key) => {
      expect((await agent.post('/api/v1/cases', REPORT, { key })).status).toBe(201);
    });
  });

  describe('If-Match', () => {
    it('is met by the version that the case has', async () => {
      const id = await reported(agent);
      const headers = { 'if-match': '"1"' };
      const answer = await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { headers });
      expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
    });

    it('of another version is 412, and nothing is done', async () => {
      const id = await reported(agent);
      await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' });
      const head = await api.store.head();
      for (const version of ['"1"', '"3"', '"0"', '"4294967296"']) {
        const headers = { 'if-match': version };
        expectProblem(
          await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'wang' }, { headers }),
          412,
          'version.conflict',
        );
      }
      expect(await api.store.head()).toBe(head);
    });

    it.each(['1', '*', 'W/"1"', '"one"', '"1", "2"', '"-1"', '""', '"1.0"', '" 1"', `"${'1'.repeat(40)}"`])(
      '%s is 400',
      async (version) => {
        const id = await reported(agent);
        const answer = await agent.post(
          `/api/v1/cases/${id}/owner`,
          { owner: 'li' },
          { headers: { 'if-match': version } },
        );
        expectProblem(answer, 400, 'request.malformed');
        expect(Object.keys(answer.body.errors ?? {})).toEqual(['If-Match']);
      },
    );

    it('is told before what the state would say: who decided on an old version reads again first', async () => {
      const id = await reported(agent);
      await agent.post(`/api/v1/cases/${id}/cancel`, { reason: '误报' });
      const headers = { 'if-match': '"1"' };
      expectProblem(
        await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { headers }),
        412,
        'version.conflict',
      );
    });
  });

  describe('reference data', () => {
    it('is 201 with Location when it is new, 200 with the next version when it is posted again', async () => {
      const supervisor = await callerAs(api, 'supervisor');
      const depot = { id: 'depot 1/东'.replace(' ', '-'), name: '东站', kind: 'region', region: '东' };
      const first = await supervisor.post('/api/v1/depots', depot);
      expect(first).toMatchObject({ status: 201, body: { id: depot.id, version: 1 } });
      expect(first.headers.get('location')).toBe('/api/v1/depots/depot-1%2F%E4%B8%9C');
      expect(first.headers.get('etag')).toBe('"1"');
      const again = await supervisor.post('/api/v1/depots', depot, { headers: { 'if-match': '"1"' } });
      expect(again).toMatchObject({ status: 200, body: { id: depot.id, version: 2 } });
      expect(again.headers.get('location')).toBeNull();
      const stale = await supervisor.post('/api/v1/depots', depot, { headers: { 'if-match': '"1"' } });
      expectProblem(stale, 412, 'version.conflict');
    });
  });
});
