import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startApiOnPostgres, type ApiOnPostgres } from './http/postgres-fixture';
import { callerAs, eventually, expectProblem, reported, type Caller } from './http/requests';
import { closed, done, staffOf, type Staff, type VisitPath } from './http/stories';

const root = path.resolve(__dirname, '../..');
const ROUNDS = 20_000;
const product = '播种机 2BMF-9';

/** What a telephone does: no token, no script, the form as the page says. */
interface Opened {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

interface Ratings {
  readonly cycle: number;
  readonly sentAt: string | null;
  readonly link?: string;
  readonly ratings: readonly Readonly<Record<string, unknown>>[];
}

describe('satisfaction, from the closing to the figures', () => {
  let api: ApiOnPostgres;
  let staff: Staff;
  let worker: ChildProcess;
  let analyst: Caller;
  /** Closed before anything else: the worker asks about all of them at once. */
  const places: VisitPath[] = [];
  let asked: VisitPath;
  let told: VisitPath;
  beforeAll(async () => {
    api = await startApiOnPostgres();
    staff = await staffOf(api);
    analyst = await callerAs(api, 'analyst');
    for (let left = 3; left > 0; left -= 1) places.push(await closed(staff));
    asked = await solved();
    told = await solved();
    const load = path.join(root, 'test/rig/load-typescript.cjs');
    worker = spawn(process.execPath, ['-r', load, path.join(root, 'apps/worker/src/main.ts')], {
      env: { ...process.env, DATABASE_URL: api.database.url, ROLES: 'projections,processes', SURVEY_DELAY: 'PT0S' },
      stdio: 'ignore',
    });
  });
  afterAll(async () => {
    const exited = once(worker, 'exit');
    worker.kill('SIGTERM');
    await exited;
    await api.stop();
  });

  const closings = async (place: VisitPath, caller: Caller = staff.agent): Promise<readonly Ratings[]> =>
    (await done(caller.get(`${place.path}/ratings`))).body['items'] as readonly Ratings[];
  const linkOf = async (place: VisitPath): Promise<string> => {
    let link: string | undefined;
    await eventually(async () => {
      const latest = (await closings(place)).at(-1);
      link = latest?.sentAt === null ? undefined : latest?.link;
      return link !== undefined;
    }, ROUNDS);
    return link ?? '';
  };
  const opened = async (link: string, init: RequestInit = {}): Promise<Opened> => {
    const answer = await fetch(`${api.url}${link}`, { ...init, headers: { accept: 'text/html', ...init.headers } });
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  };
  const sent = (link: string, fields: Record<string, string>): Promise<Opened> =>
    opened(link, { method: 'POST', body: new URLSearchParams(fields) });
  const programs = (link: string): string => `/api/v1/surveys/${link.split('/').at(-1)}`;
  const answered = (link: string, body: object) =>
    analyst.post(programs(link), body, { headers: { authorization: '' } });
  const inQueue = async (place: VisitPath): Promise<boolean> => {
    const { body } = await done(staff.supervisor.get('/api/v1/cases?queue=low-rating'));
    return (body['items'] as readonly { id: string }[]).some(({ id }) => id === place.id);
  };

  /** Closed without a visit. */
  const solved = async (): Promise<VisitPath> => {
    const id = await reported(staff.agent, { product });
    const place = { id, visitId: '', path: `/api/v1/cases/${id}`, visit: '' };
    await done(staff.agent.post(`${place.path}/close`, { resolution: 'solved-by-phone', note: '电话解决' }));
    return place;
  };

  it('sends a link, takes the customer’s words by a form, shows them to whom they are meant for', async () => {
    const [place] = places as [VisitPath];
    const link = await linkOf(place);
    expect((await closings(place, analyst)).at(-1)).not.toHaveProperty('link');
    const form = await opened(link, { headers: { 'accept-language': 'en' } });
    expect(form.status).toBe(200);
    expect(form.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(form.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(form.html).toContain('<html lang="en">');
    expect(form.html).toMatch(/<form method="post">/);
    expect(form.html).not.toMatch(/<script|https?:\/\/|王建国|8888 0101|永胜/);
    expect((await opened(`${link}?lang=zh-CN`, { headers: { 'accept-language': 'en' } })).html).toContain(
      'lang="zh-CN"',
    );

    const comment = '等了三天 <b>';
    const thanks = await sent(link, { csat: '2', nps: '9', comment, lang: 'en' });
    expect({ status: thanks.status, form: thanks.html.includes('<form') }).toEqual({ status: 200, form: false });
    const [closing] = await closings(place);
    expect(closing?.ratings).toMatchObject([
      { kind: 'csat', score: 2, comment, via: 'link', by: 'customer' },
      { kind: 'nps', score: 9, via: 'link' },
    ]);
    expect(closing).not.toHaveProperty('link');
    const timeline = await done(analyst.get(`${place.path}/timeline`));
    expect(JSON.stringify(timeline.body)).toContain('RatingSubmitted');
    expect(JSON.stringify([timeline.body, await closings(place, analyst)])).not.toContain('等了三天');

    await eventually(() => inQueue(place), ROUNDS);
    await done(staff.agent.post(`${place.path}/notes`, { text: '客户不满', kind: 'note' }));
    const noted = await done(staff.supervisor.post(`${place.path}/notes`, { text: '已致歉', kind: 'note' }));
    await done(staff.agent.get(`/api/v1/cases?after=${String(noted.body['position'])}&limit=1`));
    expect(await inQueue(place)).toBe(false);
  });

  it('takes each kind once, and says so to people and to programs', async () => {
    const link = await linkOf(places[1]!);
    expect((await answered(link, { score: 4 })).status).toBe(200);
    expectProblem(await answered(link, { score: 5, kind: 'csat' }), 409, 'rating.already-given');
    expectProblem(await answered(link, { score: 6 }), 400, 'rating.score');
    expectProblem(await answered(link, { score: 11, kind: 'nps' }), 400, 'request.malformed');
    expect((await answered(link, { score: 10, kind: 'nps' })).status).toBe(200);
    const again = await sent(link, { csat: '1', lang: 'en' });
    expect({ form: again.html.includes('<form'), says: again.html.includes('already') }).toEqual({
      form: false,
      says: true,
    });
  });

  it('opens nothing by a forged link, nor by one of a closing that was taken back', async () => {
    const place = places[2]!;
    const link = await linkOf(place);
    for (const forged of [`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, '/surveys/x', '/surveys/a.b.c']) {
      expect((await opened(forged)).status).toBe(404);
      expect((await sent(forged, { csat: '5' })).status).toBe(404);
      expectProblem(await answered(forged, { score: 5 }), 404, 'survey.unknown');
    }
    await done(staff.agent.post(`${place.path}/reopen`, { reason: '又坏了' }));
    expectProblem(await answered(link, { score: 5 }), 409, 'rating.case-not-closed');
    expect((await opened(link)).html).not.toContain('<form');
    expect((await closings(place))[0]).toMatchObject({ cycle: 1, ratings: [] });
  });

  it('counts what was closed, sent and answered, telephone included, in figures that the scope allows', async () => {
    await linkOf(asked);
    const rating = { kind: 'csat', score: 5, channel: 'phone' };
    const { body } = await done(staff.agent.post(`${told.path}/ratings`, rating));
    expectProblem(await staff.agent.post(`${told.path}/ratings`, rating), 409, 'rating.already-given');
    const figures = async (caller: Caller) => {
      const found = await done(caller.get(`/api/v1/satisfaction?groupBy=product&after=${String(body['position'])}`));
      return (found.body['items'] as readonly Record<string, unknown>[]).find((item) => item['product'] === product);
    };
    expect(await figures(analyst)).toEqual({
      product,
      closed: 2,
      sent: 2,
      answered: 1,
      responseRate: 0.5,
      average: 5,
      distribution: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 1 },
      nps: null,
    });
    expect(await figures(await callerAs(api, 'supervisor', { regions: ['elsewhere'] }))).toBeUndefined();
  });
});
