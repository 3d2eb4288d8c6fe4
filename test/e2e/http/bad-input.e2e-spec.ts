import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startApi, type ApiUnderTest } from './api-fixture';
import { OpenApiWalk, withField, type OpenApi, type Schema } from './openapi-walk';
import { Caller, expectProblem } from './requests';

const ROLES = ['agent', 'dispatcher', 'supervisor', 'technician'];
const stored = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as OpenApi;
const walk = new OpenApiWalk(stored);

/** What no field of this kind may be. */
function wrongValues(schema: Schema): [string, unknown][] {
  const always: [string, unknown][] = [['null', null]];
  if (schema.type === 'string') {
    const texts: [string, unknown][] = [
      ['a number', 7],
      ['an object', {}],
      ['a list', ['x']],
      ['empty', ''],
      ['blank', '  '],
      ['with U+0000', 'a\u0000b'],
      ['with an unpaired surrogate', 'a\ud800b'],
      ['too long', 'x'.repeat((schema.maxLength ?? 200) + 1)],
    ];
    const dates: [string, unknown][] = [
      ['a day that does not exist', '2026-02-30T09:00:00+08:00'],
      ['without offset', '2026-02-03T09:00:00'],
      ['an hour that does not exist', '2026-02-03T24:00:00Z'],
      ['no date', 'tomorrow'],
    ];
    return [...always, ...texts, ...(schema.format === 'date-time' ? dates : [])];
  }
  const numbers: [string, unknown][] = [
    ['text', '1'],
    ['below', -1_000_000],
    ['a flag', true],
  ];
  if (schema.type === 'integer') return [...always, ...numbers, ['a fraction', 1.5]];
  if (schema.type === 'number') return [...always, ...numbers];
  if (schema.type === 'boolean') return [...always, ['text', 'true'], ['a number', 1]];
  if (schema.items)
    return [...always, ['text', 'x'], ['an object', { length: 1 }], ['too many', Array(2_000).fill('x')]];
  return [...always, ['text', 'x'], ['a list', []]];
}

describe.each(walk.commands().map((command) => [command.operation.operationId, command] as const))(
  'bad input of %s',
  (_, { path: pattern, schema }) => {
    let api: ApiUnderTest;
    let caller: Caller;
    const url = pattern.replace(/\{(\w+)\}/g, '$1-1');
    const body = walk.example(schema);
    const refused = async (bad: unknown, field: string): Promise<void> => {
      const head = await api.store.head();
      const answer = await caller.post(url, bad);
      expectProblem(answer, 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toContain(field);
      expect(answer.body.errors?.[field]).not.toBe('');
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
      for (const [, value] of wrongValues(field.schema)) {
        const bad = withField(body, field.path, value);
        const deeper = Array.isArray(value) && value.length > 1_000;
        await refused(bad, deeper ? name : name);
      }
    });

    it('an extra key, and keys that reach for prototypes', async () => {
      await refused(withField(body, ['surprise'], 1), 'surprise');
      await refused(JSON.parse(JSON.stringify(body).replace('{', '{"__proto__":{"a":1},')), '__proto__');
      await refused(JSON.parse(JSON.stringify(body).replace('{', '{"constructor":{"a":1},')), 'constructor');
      expect(({} as { a?: number }).a).toBeUndefined();
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
