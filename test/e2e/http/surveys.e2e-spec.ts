import { createHash } from 'node:crypto';
import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, type Caller } from './requests';
import { closed, done, staffOf, type Staff } from './stories';

const DAY = 24 * 3_600_000;
const FORM = 'application/x-www-form-urlencoded';

describe('the customer’s page', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let anybody: Caller;
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    anybody = await callerAs(api, 'none', { roles: [] });
  });
  afterAll(() => api.stop());

  const newLink = async (): Promise<string> => {
    const { path } = await closed(staff);
    const { body } = await done(staff.agent.get(`${path}/ratings`));
    return String((body['items'] as readonly { link?: string }[])[0]?.link);
  };
  const page = async (link: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${api.url}${link}`, { headers });
    return { answer, html: await answer.text() };
  };
  const send = async (link: string, body: string, type = FORM) => {
    const headers = { 'content-type': type, 'accept-language': 'en' };
    const answer = await fetch(`${api.url}${link}`, { method: 'POST', body, headers });
    return { answer, html: await answer.text() };
  };

  it.each([
    ['zh-CN', undefined, '您对这次服务满意吗'],
    ['en', 'en-GB', 'How satisfied are you'],
  ])('is in %s for %s, with nothing from elsewhere and without a script', async (language, accepted, text) => {
    const { answer, html } = await page(await newLink(), accepted === undefined ? {} : { 'accept-language': accepted });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-language')).toBe(language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain('name="viewport"');
    expect(html).toContain(text);
    const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`,
    );
    expect(html).not.toMatch(/<script|<img|<link|https?:\/\/|url\(|@import|style="|\son\w+=/);
  });

  it('is where a browser is sent that opens the address for programs', async () => {
    const link = await newLink();
    const { answer, html } = await page(`/api/v1${link}`, { accept: 'text/html,*/*;q=0.8', 'accept-language': 'en' });
    expect({ status: answer.status, at: new URL(answer.url).pathname }).toEqual({ status: 200, at: link });
    expect(html).toContain('<form method="post">');
  });

  it('says in either language what the other says', async () => {
    const link = await newLink();
    const tags = async (lang: string) =>
      [...(await page(`${link}?lang=${lang}`)).html.matchAll(/<(\/?\w+)/g)].map(([, tag]) => tag);
    expect(await tags('en')).toEqual(await tags('zh-CN'));
  });

  it('asks again where no score was chosen, and writes nothing', async () => {
    const link = await newLink();
    const head = await api.store.head();
    for (const body of ['', 'csat=&nps=&comment=only+words', 'lang=en', 'csat=9', 'csat=4&nps=11', 'csat=4.5']) {
      const { answer, html } = await send(link, body);
      expect({ status: answer.status, form: html.includes('<form') }).toEqual({ status: 422, form: true });
      expect(html).toContain('role="alert"');
    }
    expect(await api.store.head()).toBe(head);
  });

  it('takes its own form only, and forms nowhere else', async () => {
    const link = await newLink();
    const head = await api.store.head();
    for (const body of ['csat=1&csat=2', 'csat=4&surprise=1', 'csat=4&comment=%00', 'csat=4&__proto__=1']) {
      const { answer, html } = await send(link, body);
      expect({ body, status: answer.status }).toEqual({ body, status: 400 });
      expect(JSON.parse(html)).toMatchObject({ code: 'request.malformed' });
    }
    expect((await send(link, 'csat=4', 'text/plain')).answer.status).toBe(415);
    expect((await send('/api/v1/cases', 'siteName=x')).answer.status).toBe(415);
    expect(await api.store.head()).toBe(head);
  });

  it('takes what was written as text', async () => {
    const link = await newLink();
    const comment = '第一行\r\n<script>alert(1)</script> & 100 % "好"';
    const { answer } = await send(link, String(new URLSearchParams({ csat: '5', comment })));
    expect(answer.status).toBe(200);
    const { html } = await page(link);
    expect(html).not.toContain('alert(1)');
    expect(html).not.toContain('name="csat"');
    expect(html).toContain('name="nps"');
  });

  it('is over after 14 days, for people and for programs, and no link is handed on any more', async () => {
    const link = await newLink();
    api.clock.now += 14 * DAY;
    expect((await page(link)).answer.status).toBe(200);
    api.clock.now += 1;
    const { answer, html } = await page(link, { 'accept-language': 'en' });
    expect({ status: answer.status, form: html.includes('<form') }).toEqual({ status: 409, form: false });
    expect(html).toContain('over');
    expect((await send(link, 'csat=5')).answer.status).toBe(409);
    const programs = `/api/v1/surveys/${link.split('/').at(-1)}`;
    expectProblem(await anybody.post(programs, { score: 5 }), 409, 'rating.too-late');
    expect((await done(anybody.get(programs))).body['state']).toBe('expired');
  });

  it('counts against the rate of who has no token', async () => {
    const strict = await startApi({ limits: { commandsPerMinute: 2, queriesPerMinute: 2 } });
    const tried = async (method: string): Promise<number[]> => {
      const found: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        found.push((await fetch(`${strict.url}/surveys/${round}.x`, { method })).status);
      }
      return found;
    };
    expect(await tried('GET')).toEqual([404, 404, 429]);
    expect((await tried('POST')).at(-1)).toBe(429);
    await strict.stop();
  });
});
