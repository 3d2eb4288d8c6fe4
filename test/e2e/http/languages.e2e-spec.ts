import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, reported, type Answer, type Caller } from './requests';

const CHINESE = /[\u4e00-\u9fff]/;

describe('Accept-Language', () => {
  let api: ApiUnderTest;
  let agent: Caller;
  const withLanguage = (language: string | undefined, path = '/api/v1/cases/absent'): Promise<Answer> => {
    const headers = language === undefined ? {} : { 'accept-language': language };
    return agent.get(path, headers);
  };
  beforeAll(async () => {
    api = await startApi();
    agent = await callerAs(api, 'agent');
  });
  afterAll(() => api.stop());

  it.each([
    'zh-CN',
    'zh',
    'zh-Hans-CN',
    'zh-TW',
    '*',
    'de',
    'de, fr;q=0.8',
    'en;q=0.5, zh;q=0.9',
    'en;q=0',
    'en;q=2',
    ',,,;q=x',
    'x'.repeat(5_000),
    '\u00ff',
  ])('%.20j is answered in Chinese', async (language) => {
    const { headers, body } = await withLanguage(language);
    expect(headers.get('content-language')).toBe('zh-CN');
    expect(body['title']).toMatch(CHINESE);
    expect(body['detail']).toMatch(CHINESE);
    expect(headers.get('vary')).toContain('Accept-Language');
  });

  it.each(['en', 'en-GB', 'EN-us', 'en, zh', 'en;q=0.9, zh;q=0.5', 'de, en;q=0.1', 'fr-CH,fr;q=0.9,en;q=0.8,*;q=0.1'])(
    '%s is answered in English',
    async (language) => {
      const { headers, body } = await withLanguage(language);
      expect(headers.get('content-language')).toBe('en');
      expect(body['title']).not.toMatch(CHINESE);
    },
  );

  it('absent is Chinese, in raw answers as well', async () => {
    const response = await fetch(`${api.url}/api/v1/cases`, { headers: { 'accept-language': '' } });
    expect(((await response.json()) as { title: string }).title).toMatch(CHINESE);
  });

  it('every wrong field is told in Chinese', async () => {
    const body = {
      siteName: '',
      contact: { name: 1 },
      geo: [],
      surprise: 1,
      priority: 'low',
      customerTime: { from: 1 },
    };
    const { body: problem } = await agent.post('/api/v1/cases', body, { headers: { 'accept-language': 'zh-CN' } });
    const errors = Object.values(problem.errors ?? {});
    expect(errors.length).toBeGreaterThan(8);
    for (const text of errors) expect(text).toMatch(CHINESE);
  });

  it('every unmet need of a closing is told in Chinese', async () => {
    const id = await reported(agent);
    const close = { resolution: 'not-repaired', note: '无法修复' };
    const headers = { 'accept-language': 'zh-CN' };
    const { body } = await agent.post(`/api/v1/cases/${id}/close`, close, { headers });
    expect(Object.keys(body.errors ?? {})).toEqual(['completedVisit', 'supervisor']);
    for (const text of Object.values(body.errors ?? {})) expect(text).toMatch(CHINESE);
  });

  it('timeline and clocks speak the caller’s language', async () => {
    const id = await reported(agent, { faultDescription: 'no lift' });
    const sentences = async (language: string, route: string, field: string): Promise<string[]> => {
      const { body } = await withLanguage(language, `/api/v1/cases/${id}/${route}`);
      return (body['items'] as Record<string, string>[]).map((item) => item[field] ?? '');
    };
    for (const [route, field] of [
      ['timeline', 'text'],
      ['clocks', 'why'],
    ] as const) {
      for (const sentence of await sentences('zh-CN', route, field)) expect(sentence).toMatch(CHINESE);
      for (const sentence of await sentences('en', route, field)) expect(sentence).not.toMatch(CHINESE);
    }
  });
});
