import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startApi, type ApiUnderTest } from './api-fixture';
import { OpenApiWalk, withField, type OpenApi } from './openapi-walk';
import { RawSocket } from './raw-socket';
import { callerAs, Caller, type Answer } from './requests';
import { dispatched, staffOf } from './stories';

/** Stands in every field: whatever shows up in a log can be traced. */
const CANARY = 'canary-金丝雀';
const stored = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as OpenApi;
const walk = new OpenApiWalk(stored);
const commands = walk.commands();

/** The document's example of a command with the canary in every free text. */
function withCanaries(schema: (typeof commands)[number]['schema'], mark: string): unknown {
  let body = walk.example(schema);
  for (const { path: field, schema: each } of walk.fields(schema)) {
    const free = each.type === 'string' && !each.enum && !each.format && (each.pattern ?? '^\\S+$') === '^\\S+$';
    if (free) body = withField(body, field, mark);
  }
  return withField(withField(body, ['occurredAt'], undefined), ['followUpOf'], undefined);
}

describe('no log line holds personal data', () => {
  let api: ApiUnderTest;
  let caller: Caller;
  let everything: Caller;
  const written: string[] = [];
  const watched = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation((...words) => void written.push(words.join(' '))),
    ),
  ];
  const all = (): string => [...api.logged, ...written].join('\n');
  const isClean = (): void => expect(all()).not.toMatch(/canary|金丝雀/i);
  const post = (url: string, body: unknown, who = caller): Promise<Answer> =>
    who.post(url, body, {
      headers: { 'user-agent': CANARY.slice(0, 6), referer: 'http://canary/', 'x-forwarded-for': 'canary' },
    });
  beforeAll(async () => {
    api = await startApi();
    const staff = await staffOf(api);
    const { id, visitId } = await dispatched(staff);
    place = { id, visitId };
    caller = await callerAs(api, 'supervisor', {
      roles: ['agent', 'dispatcher', 'supervisor', 'technician'],
      sub: 'canary-sub',
      name: CANARY,
    });
    everything = await callerAs(api, 'operator', { roles: ['agent', 'operator', 'supervisor'] });
  });
  afterAll(async () => {
    for (const spy of watched) spy.mockRestore();
    await api.stop();
  });

  let place: Record<string, string>;
  const urlOf = (pattern: string): string => pattern.replace(/\{(\w+)\}/g, (_, name: string) => place[name] ?? CANARY);

  it('of commands, accepted or refused, in every field, header and address', async () => {
    const statuses: number[] = [];
    for (const { path: pattern, schema } of commands) {
      statuses.push((await post(encodeURI(urlOf(pattern)), withCanaries(schema, CANARY))).status);
      await post(encodeURI(urlOf(pattern)), withCanaries(schema, `${CANARY} with spaces\u0000`));
      await post(encodeURI(urlOf(pattern)), { [CANARY]: CANARY });
    }
    expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(12);
    isClean();
  });

  it('of queries, in every parameter', async () => {
    const q = encodeURIComponent(CANARY);
    for (const { method, url } of api.api.routes.all().filter((route) => route.method === 'GET')) {
      if (url === '/api/v1/live') continue;
      for (const suffix of [`?q=${q}`, `?${q}=${q}`, `?technicianId=${q}&region=${q}`, `?cursor=${q}`]) {
        await everything.send(method, url.replace(':id', q) + suffix, undefined, {});
      }
    }
    isClean();
  });

  it('of bytes that are no request', async () => {
    for (const bytes of [
      `${CANARY}\r\n\r\n`,
      `GET /${CANARY} HTTP/1.1\r\n\r\n`,
      `GET /%${CANARY} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ]) {
      await new RawSocket(api.url).send(bytes).answer();
    }
    isClean();
  });

  it('of a database that quotes what it was given', async () => {
    const told = (request: unknown): Promise<never> => {
      const text = JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      const error = new Error(`duplicate key: Key (data)=(${text}${CANARY}) exists`, { cause: new Error(CANARY) });
      return Promise.reject(Object.assign(error, { code: '23505', detail: text, where: CANARY, hint: CANARY }));
    };
    const logged = api.logged.length;
    const [append, readStreams] = [api.store.append, api.store.readStreams];
    api.store.append = told;
    const report = commands.find(({ operation }) => operation.operationId === 'reportFault');
    await post('/api/v1/cases', report && withCanaries(report.schema, CANARY));
    api.store.readStreams = told;
    await everything.get(`/api/v1/cases/${CANARY.slice(0, 6)}`);
    Object.assign(api.store, { append, readStreams });
    expect(api.logged.length).toBeGreaterThanOrEqual(logged + 2);
    isClean();
  });

  it('of metrics and status', async () => {
    for (const url of ['/metrics', '/status']) {
      const { status, body } = await everything.get(url);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/canary|金丝雀/i);
    }
  });

  it('and one record is one line, whatever was sent', () => {
    for (const line of api.logged) expect(line).toMatch(/^\{\P{Cc}*\}\n$/u);
  });
});
