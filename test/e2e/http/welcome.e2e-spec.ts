import { VERSION } from '@fieldcase/contracts';
import { createHash } from 'node:crypto';
import { startApi, type ApiUnderTest } from './api-fixture';

describe('the page at the root', () => {
  let api: ApiUnderTest;
  const opened = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${api.url}/`, { headers });
    return { answer, html: await answer.text() };
  };
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  it.each([
    ['zh-CN', undefined, '售后服务工单引擎'],
    ['zh-CN', 'zh-TW,en;q=0.5', '如何取得令牌'],
    ['en', 'en-GB,zh;q=0.3', 'How to get a token'],
  ])('is in %s for %s, without a token', async (language, accepted, text) => {
    const { answer, html } = await opened(accepted === undefined ? {} : { 'accept-language': accepted });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.headers.get('vary')).toContain('Accept-Language');
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(text);
    expect(html).toContain(VERSION);
    expect(html).toContain('npx fieldcase token agent');
  });

  it('sets every variable that its commands use, and never to what the request calls this server', async () => {
    const { html } = await opened({ host: 'evil.example' });
    const typed = [...html.matchAll(/<pre>([^<]*)<\/pre>/g)].flatMap(([, lines]) => (lines ?? '').split('\n'));
    typed.forEach((line, index) => {
      for (const [, name] of line.matchAll(/\$([A-Z]+)/g)) {
        expect(typed.slice(0, index).some((before) => before.startsWith(`${name}=`))).toBe(true);
      }
    });
    expect(typed).toContain(`URL=http://127.0.0.1:${new URL(api.url).port}`);
    expect(typed.join()).toContain('$URL/api/v1/cases');
    expect(html).not.toContain('evil.example');
  });

  it('links to what answers without a token', async () => {
    const { html } = await opened();
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? '');
    expect(links).toEqual(['/docs', '/openapi.json', '/asyncapi.json', '/health/live', '/health/ready']);
    for (const link of links) expect((await fetch(`${api.url}${link}`)).status).toBe(200);
  });

  it('runs nothing and takes nothing from elsewhere', async () => {
    const { answer, html } = await opened();
    const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    // What somebody is to type is no reference.
    const rest = html.replace(/<pre>URL=\S+\n/, '<pre>');
    expect(rest).not.toMatch(/<script|<img|<link|https?:\/\/|url\(|@import|style="|\son\w+=/);
  });

  it('says what it links to in both languages alike', async () => {
    const tags = async (language: string) =>
      [...(await opened({ 'accept-language': language })).html.matchAll(/<(\/?\w+)/g)].map(([, tag]) => tag);
    expect(await tags('en')).toEqual(await tags('zh-CN'));
  });
});
