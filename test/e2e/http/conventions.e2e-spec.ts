import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, REPORT, type Caller } from './requests';

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
  });
});
