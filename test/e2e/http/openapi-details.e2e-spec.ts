import { normaliseCaseNumber } from '@fieldcase/domain';
import { VERSION } from '@fieldcase/contracts';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Schema {
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
}
interface Content {
  readonly schema: Schema;
  readonly example?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly security: readonly object[];
  readonly summary: string;
  readonly 'x-roles': unknown;
  readonly parameters: readonly { readonly name: string; readonly description?: string }[];
  readonly responses: Readonly<
    Record<string, { readonly headers?: object; readonly content?: Readonly<Record<string, Content>> }>
  >;
}

const document = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as {
  readonly info: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, Pick<Schema, 'description'>>>;
  };
};
const operation = (method: string, url: string): Operation => document.paths[url]?.[method] as Operation;
const schema = (name: string): Schema => document.components.schemas[name] as Schema;
const json = (method: string, url: string, status: number): Content =>
  operation(method, url).responses[status]?.content?.['application/json'] as Content;

describe('what the OpenAPI document tells beside the shapes', () => {
  it('what an override permits, and what it never does', () => {
    const { properties } = schema('AgreeAppointmentDto');
    const told = JSON.stringify([properties?.['override'], schema('OverrideDto')]);
    expect(told).toContain('a window that lies in the past. It never permits a double booking.');
  });

  it('how far the clock of a token may differ', () => {
    expect(document.components.securitySchemes['bearer']?.description).toContain('60 s of leeway');
  });

  it('licence and version', () => {
    const own = JSON.parse(readFileSync(path.join(__dirname, '../../../package.json'), 'utf8')) as { license: string };
    expect(document.info).toMatchObject({ title: 'Fieldcase', license: { name: own.license }, version: VERSION });
  });

  it('public routes need nothing, all others a token', () => {
    for (const [url, item] of Object.entries(document.paths)) {
      for (const [method, { security, 'x-roles': roles }] of Object.entries(item)) {
        const expected = roles === 'public' ? [] : [{ bearer: [] }];
        expect({ method, url, security }).toEqual({ method, url, security: expected });
      }
    }
  });

  it.each([
    ['/api/v1/cases', ['number']],
    ['/api/v1/cases/{id}/dispatch', ['visitId']],
    ['/api/v1/cases/{id}/exemptions', ['exemptionId']],
  ])('what %s makes is always in its 201 answer, and there is no other success', (url, made) => {
    expect(json('post', url, 201).schema.required).toEqual(['id', 'version', 'position', ...made]);
    const statuses = Object.keys(operation('post', url).responses);
    expect(statuses.filter((status) => status < '300')).toEqual(['201']);
  });

  it('numbers in examples are such as are served', () => {
    const number = String(json('post', '/api/v1/cases', 201).example?.['number']);
    expect(number).toMatch(/^\w{3}-\w{3}-\w$/);
    expect(normaliseCaseNumber(number)).toBe(number);
  });

  it('one thing is answered with its version as ETag', () => {
    for (const url of ['/api/v1/cases/{id}', '/api/v1/technicians/{id}', '/api/v1/sla-policies/{id}']) {
      expect(operation('get', url).responses[200]?.headers).toHaveProperty('ETag');
    }
    expect(operation('get', '/api/v1/cases').responses[200]?.headers).not.toHaveProperty('ETag');
  });

  it('a telephone number has 5 to 20 digits', () => {
    const phone = new RegExp(schema('ContactDto').properties?.['phone']?.pattern ?? '', 'u');
    for (const good of ['12345', '+86 451 8888-0101', '(0451) 88880101', '1'.repeat(20)]) expect(good).toMatch(phone);
    for (const bad of ['1234', '1'.repeat(21), '1 2 3 4 ()', '86+451', '12345a', '']) expect(bad).not.toMatch(phone);
  });

  it('the time within which a target is met may be absent, and why', () => {
    const target = schema('TargetDto');
    expect(target.required).toEqual(['target']);
    expect(target.properties?.['within']?.description).toContain('customerPromise');
    expect(schema('Clock').properties?.['within']?.description).toContain('customerPromise');
  });

  it('what disputes a breach, what is late, what a live event says', () => {
    const breach = schema('Clock').properties?.['breach']?.anyOf?.[0]?.properties;
    expect(breach).toHaveProperty('contestedBy');
    expect(JSON.stringify(schema('CaseTimeline'))).toMatch(/more than a minute after it happened/);
    expect(schema('LiveEvent').required).toEqual(['id', 'version', 'type']);
    expect(schema('LiveEventStream').description).toContain('LiveEvent');
  });

  it('which way lists are sorted', () => {
    const sort = operation('get', '/api/v1/cases').parameters.find(({ name }) => name === 'sort');
    expect(sort?.description).toMatch(/^Ascending/);
    for (const url of ['visits', 'approvals', 'depots', 'parts', 'sla-policies', 'technicians']) {
      expect(operation('get', `/api/v1/${url}`).summary).toMatch(/first|, by /);
    }
  });
});
