import { requireDocumented } from './documented';
import { StrictSchemas } from './strict-schema';

describe('the check of answers against the document', () => {
  const item = {
    type: 'object',
    properties: { id: { type: 'string', pattern: '^a' }, count: { type: 'integer', minimum: 1 } },
    required: ['id'],
  };
  const schemas = new StrictSchemas({ Item: item });
  const list = { type: 'array', items: { $ref: '#/components/schemas/Item' } };

  it.each<[unknown, string[]]>([
    [[{ id: 'a1', count: 1 }, { id: 'a2' }], []],
    [[{ id: 'a', more: 1 }], ['/0/more: not in the document']],
    [[{ count: 0 }], ['/0/id: missing', '/0/count: 0 is out of bounds']],
    [[{ id: 'b' }], ['/0/id: "b" is not as ^a']],
    [[{ id: null }], ['/0/id: null instead of string']],
    [[{ id: 'a', count: 1.5 }], ['/0/count: number instead of integer']],
    [{}, [': object instead of array']],
  ])('of %j finds %j', (value, problems) => expect(schemas.problems(list, value)).toEqual(problems));

  it('knows every keyword that it passes, formats and alternatives too', () => {
    expect(schemas.problems({ type: 'string', maxLength: 3 } as never, 'long')).toEqual([
      ': this check does not know maxLength',
    ]);
    expect(schemas.problems({ type: 'string', format: 'date-time' }, '2026-11-23')).toHaveLength(1);
    const orNull = { anyOf: [item, { type: 'null' }] };
    expect(schemas.problems(orNull, null)).toEqual([]);
    expect(schemas.problems(orNull, { id: 'a', more: 1 })).toEqual(['/more: not in the document']);
  });

  const live = { status: 200, headers: new Headers({ 'content-type': 'application/json' }), body: { status: 'live' } };
  const check = (changes: object) => () => requireDocumented('GET', '/health/live', { ...live, ...changes });

  it('takes what the document says', () => expect(check({})).not.toThrow());
  it.each<[string, object, RegExp]>([
    ['status', { status: 204 }, /no 204/],
    ['content type', { headers: new Headers({ 'content-type': 'text/plain' }) }, /no text\/plain/],
    ['header', { headers: new Headers({ 'content-type': 'application/json', etag: '"1"' }) }, /header etag/],
    ['property', { body: { status: 'live', more: 1 } }, /\/more: not in the document/],
    ['value', { body: { status: 'dead' } }, /"dead" is none of/],
  ])('a %s that it does not name fails', (_, changes, says) => expect(check(changes)).toThrow(says));

  it('a refusal with a code that it does not name fails', () => {
    const problem = {
      type: 't',
      title: 't',
      status: 404,
      detail: 'd',
      instance: '3f0f8d1c-5d0b-4a46-9b0e-7c5a1c1d2e3f',
    };
    const headers = new Headers({ 'content-type': 'application/problem+json; charset=utf-8' });
    const refused = (code: string) => () =>
      requireDocumented('GET', '/api/v1/cases/x?asOf=1', { status: 404, headers, body: { ...problem, code } });
    expect(refused('case.unknown')).not.toThrow();
    expect(refused('visit.unknown')).toThrow(/no visit\.unknown among the examples/);
  });
});
