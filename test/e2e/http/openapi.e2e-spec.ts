import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startApi, type ApiUnderTest } from './api-fixture';
import { prettyDocument } from './openapi-file';
import { OpenApiWalk, type OpenApi, type Operation } from './openapi-walk';

describe('the OpenAPI document', () => {
  let api: ApiUnderTest;
  let text: string;
  let document: OpenApi;
  let operations: [string, Operation][];
  beforeAll(async () => {
    api = await startApi();
    text = await (await fetch(`${api.url}/openapi.json`)).text();
    document = JSON.parse(text) as OpenApi;
    operations = Object.entries(document.paths).flatMap(([url, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${url}`,
        operation,
      ]),
    );
  });
  afterAll(() => api.stop());

  it('is valid against the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(text));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
  });

  it('is the one in docs/openapi.json: run `npm run gen` after a change', () => {
    const stored = readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8');
    expect(stored === prettyDocument(text)).toBe(true);
  });

  it('names every route of the router but the pages and the document itself', () => {
    const routes = api.api.routes
      .all()
      .filter(
        ({ method, url }) =>
          method !== 'HEAD' && !['/', '/docs', '/openapi.json', '/asyncapi.json', '/surveys/:token'].includes(url),
      )
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(([route]) => route).sort()).toEqual(routes.sort());
  });

  it('gives every operation a unique id, an answer with a schema and refusals with examples', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [route, { responses }] of operations) {
      for (const [status, response] of Object.entries(responses)) {
        const { content = {} } = new OpenApiWalk(document).response(response);
        const [type, body] = Object.entries(content)[0] ?? [];
        expect({ route, status, hasSchema: body?.schema !== undefined }).toEqual({ route, status, hasSchema: true });
        if (Number(status) < 400) continue;
        expect({ route, status, type }).toEqual({ route, status, type: 'application/problem+json' });
        expect(Object.keys(body?.examples ?? {}).length).toBeGreaterThan(0);
      }
    }
  });

  it('resolves every reference', () => {
    const references = [...text.matchAll(/"\$ref":"#\/components\/(schemas|examples|responses)\/([^"]+)"/g)];
    const missing = references.filter(([, kind, name]) => !((name ?? '') in document.components[kind as 'schemas']));
    expect(references.length).toBeGreaterThan(100);
    expect(missing.map(([reference]) => reference)).toEqual([]);
  });

  it('asks for the key and offers If-Match on every command', () => {
    for (const [route, { parameters }] of operations.filter(
      ([route]) => route.startsWith('POST') && !route.includes('/surveys/'),
    )) {
      const names = parameters.map(({ name }) => name);
      expect({ route, names }).toEqual({ route, names: expect.arrayContaining(['Idempotency-Key', 'If-Match']) });
    }
  });

  it('is shown by one page that needs nothing from elsewhere and runs only its own script', async () => {
    const answer = await fetch(`${api.url}/docs`);
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(answer.status).toBe(200);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self';/,
    );
    expect(html).not.toMatch(/https?:\/\/|src=|@import|innerHTML/);
  });
});
