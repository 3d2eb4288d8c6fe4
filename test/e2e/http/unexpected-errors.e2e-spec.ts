import { BadRequestException, Controller, Get, HttpException, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { StoreUnavailable } from '@fieldcase/eventsourcing';
import { Policy } from '../../../apps/api/src/http/policy';
import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, REPORT, type Caller } from './requests';

const SECRET = '王建国 13800001234 select * from fieldcase.events';
const withCode = (code: string): Error => Object.assign(new Error(SECRET), { code, detail: SECRET, where: SECRET });

/** What may be thrown, whoever throws it. */
const thrown: Readonly<Record<string, () => unknown>> = {
  error: () => new Error(SECRET),
  type: () => new TypeError(SECRET),
  text: () => SECRET,
  nothing: () => undefined,
  empty: () => null,
  object: () => ({ message: SECRET, statusCode: 'x' }),
  cause: () => new Error(SECRET, { cause: new Error(SECRET) }),
  syntax: () => withCode('42601'),
  permission: () => withCode('42501'),
  unique: () => withCode('23505'),
  nest: () => new BadRequestException(SECRET),
  teapot: () => new HttpException(SECRET, 418),
  server: () => new HttpException(SECRET, 502),
  away: () => new StoreUnavailable(SECRET, false, { cause: new Error(SECRET) }),
  unknown: () => new StoreUnavailable(SECRET, true),
  table: () => withCode('42P01'),
  column: () => withCode('42703'),
  refused: () => withCode('ECONNREFUSED'),
};

@ApiExcludeController()
@Controller('throws')
class ThrowingController {
  @Get(':what')
  @Policy('public')
  now(@Param('what') what: string): never {
    throw thrown[what]?.();
  }

  @Post(':what')
  @Policy('public')
  async later(@Param('what') what: string): Promise<never> {
    await Promise.resolve();
    throw thrown[what]?.();
  }
}

describe('errors that nobody foresaw', () => {
  let api: ApiUnderTest;
  let agent: Caller;
  const entries = (): Record<string, unknown>[] =>
    api.logged.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>);
  beforeAll(async () => {
    api = await startApi({
      change: (options) => ({
        ...options,
        controllers: [ThrowingController],
        sources: { ...options.sources, board: { list: () => Promise.reject(new Error(SECRET)) } },
      }),
    });
    agent = await callerAs(api, 'agent');
  });
  beforeEach(() => void api.logged.splice(0));
  afterAll(() => api.stop());

  it.each(['error', 'type', 'text', 'nothing', 'empty', 'object', 'cause', 'syntax', 'permission', 'unique', 'server'])(
    '%s is 500 with an error id and nothing of itself, logged once in one line with that id',
    async (what) => {
      for (const method of ['GET', 'POST']) {
        const answer = await agent.send(method, `/throws/${what}`, undefined, { 'idempotency-key': 'k' });
        expectProblem(answer, 500, 'internal.error');
        expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
        expect(JSON.stringify(answer.body)).not.toMatch(/王建国|13800001234|select|stack|at /);
        const lines = api.logged.map((line) => line);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(/^[^\n]+\n$/);
        expect(lines[0]).not.toMatch(/王建国|13800001234|select/);
        expect(entries()).toEqual([
          expect.objectContaining({
            level: 'error',
            message: 'request failed',
            errorId: answer.body['instance'],
            method,
            route: '/throws/:what',
          }),
        ]);
      }
    },
  );

  it('tells where it happened by stack frames', async () => {
    await agent.get('/throws/cause');
    const [entry] = entries();
    expect(entry).toMatchObject({ error: 'Error', cause: { error: 'Error' } });
    const [frame] = (entry?.['stack'] ?? []) as string[];
    expect(frame).toMatch(/^at .*unexpected-errors/);
  });

  it.each([
    ['nest', 400, 'request.unreadable'],
    ['teapot', 400, 'request.unreadable'],
  ])('%s of the framework keeps its status and none of its words', async (what, status, code) => {
    const answer = await agent.get(`/throws/${what}`);
    expectProblem(answer, status, code);
    expect(JSON.stringify(answer.body)).not.toContain('王建国');
    expect(entries()).toEqual([]);
  });

  it.each([
    ['away', 'service.unavailable'],
    ['unknown', 'service.unavailable'],
    ['refused', 'service.unavailable'],
    ['table', 'read-model.behind'],
    ['column', 'read-model.behind'],
  ])('%s of the database is 503 %s: come back', async (what, code) => {
    const answer = await agent.get(`/throws/${what}`);
    expectProblem(answer, 503, code);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(JSON.stringify(answer.body)).not.toContain('王建国');
    expect(JSON.stringify(entries())).not.toContain('王建国');
  });

  it('in a query of ours is answered in the caller’s language', async () => {
    const answer = await agent.get('/api/v1/cases?q=王建国', { 'accept-language': 'zh-CN' });
    expectProblem(answer, 500, 'internal.error');
    expect(answer.body['detail']).toMatch(/编号/);
    expect(entries()).toEqual([expect.objectContaining({ route: '/api/v1/cases', method: 'GET' })]);
  });

  it('a refusal that was foreseen is not logged', async () => {
    await agent.get('/api/v1/cases/absent');
    await agent.post('/api/v1/cases', {});
    await agent.post('/api/v1/cases', REPORT, { key: '' });
    await agent.get('/nowhere');
    expect(entries()).toEqual([]);
  });
});
