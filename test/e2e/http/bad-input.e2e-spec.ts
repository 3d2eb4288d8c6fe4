import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { startApi, type ApiUnderTest } from './api-fixture';
import { OpenApiWalk, withField, type OpenApi } from './openapi-walk';
import { Caller, expectProblem } from './requests';
import { wrongValues } from './wrong-values';

const ROLES = ['agent', 'dispatcher', 'supervisor', 'technician'];
const stored = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as OpenApi;
const walk = new OpenApiWalk(stored);

describe.each(walk.commands().map((command) => [command.operation.operationId, command] as const))(
  'bad input of %s',
  (_, { path: pattern, schema }) => {
    let api: ApiUnderTest;
    let caller: Caller;
    const url = pattern.replace(/\{(\w+)\}/g, '$1-1');
    const body = walk.example(schema);
    /** @param field the wrong field, or what the parser says of a value in it */
    const refused = async (bad: unknown, field: string, what = ''): Promise<void> => {
      const head = await api.store.head();
      const answer = await caller.post(url, bad);
      const told = Object.entries(answer.body.errors ?? {});
      const named = told.some(([path, text]) => (path === field || path.startsWith(`${field}.`)) && text !== '');
      expect({ what, status: answer.status, named }).toEqual({ what, status: 400, named: true });
      expectProblem(answer, 400, 'request.malformed');
      expect(await api.store.head()).toBe(head);
    };
    beforeAll(async () => {
      api = await sharedApi();
      caller = new Caller(api, await api.token({ roles: ROLES }));
    });

    it('takes the example of the document', async () => {
      const { status, body: answer } = await caller.post(url, withField(body, ['occurredAt'], undefined));
      expect({ status, errors: answer.errors }).not.toEqual(expect.objectContaining({ status: 400 }));
    });

    it.each(walk.fields(schema).map((field) => [field.path.join('.'), field] as const))('%s', async (name, field) => {
      if (field.required) await refused(withField(body, field.path, undefined), name);
      for (const [what, value] of wrongValues(field.schema)) {
        await refused(withField(body, field.path, value), name, what);
      }
    });

    it('an extra key, and keys that reach for prototypes', async () => {
      await refused(withField(body, ['surprise'], 1), 'surprise');
      await refused(JSON.parse(JSON.stringify(body).replace('{', '{"__proto__":{"a":1},')), '__proto__');
      await refused(JSON.parse(JSON.stringify(body).replace('{', '{"constructor":{"a":1},')), 'constructor');
      expect(({} as { a?: number }).a).toBeUndefined();
    });

    it('whatever JSON is sent in its place or in a field, the answer is no 5xx', async () => {
      const fields = walk.fields(schema).map((field) => field.path);
      const anywhere = fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, ...fields));
      await fc.assert(
        fc.asyncProperty(anywhere, async ([value, field]) => {
          const { status } = await caller.post(url, field ? withField(body, field, value) : value);
          expect(status).toBeLessThan(500);
        }),
        { numRuns: 15, seed: 20_261_123 },
      );
      expect(api.logged).toEqual([]);
    });

    it('a window that ends before it begins', async () => {
      for (const { path: to } of walk.fields(schema).filter((field) => field.path.at(-1) === 'to')) {
        const { example } = walk.fields(schema).find((field) => field.path.join() === to.join())?.schema ?? {};
        if (typeof example !== 'string' || !example.includes('T')) continue;
        await refused(withField(body, to, '2020-01-01T00:00:00Z'), to.join('.'));
      }
    });
  },
);

let shared: Promise<ApiUnderTest> | undefined;
const sharedApi = (): Promise<ApiUnderTest> => (shared ??= startApi());
afterAll(async () => (await shared)?.stop());
