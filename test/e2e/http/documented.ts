import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StrictSchemas, type AnswerSchema } from './strict-schema';

interface DocumentedResponse {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: AnswerSchema; readonly examples?: object }>>;
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, DocumentedResponse>> }>>>
  >;
  readonly components: {
    readonly schemas: Readonly<Record<string, AnswerSchema>>;
    readonly responses: Readonly<Record<string, DocumentedResponse>>;
  };
}

const document = JSON.parse(readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as Document;
export const documentedSchemas = new StrictSchemas(document.components.schemas);
const patterns = Object.entries(document.paths).map(([template, item]) => {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
  return { pattern: new RegExp(`^${escaped}$`), item, rank: template.split('{').length };
});
/** Headers that a document has to name where they are sent. */
const TOLD_HEADERS = ['etag', 'location', 'x-position', 'idempotency-replayed'];

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * @throws Error where the answer is not what docs/openapi.json says: status, content type, headers, every property, and of
 * refusals the code. Addresses that the document does not name can only be refused.
 */
export function requireDocumented(method: string, url: string, answer: GivenAnswer): void {
  const wrong = problemsOf(method, url.split('?', 1)[0] ?? '', answer);
  if (wrong.length === 0) return;
  throw new Error(`${method} ${url} ${answer.status} is not as docs/openapi.json says:\n${wrong.join('\n')}`);
}

function problemsOf(method: string, address: string, { status, headers, body }: GivenAnswer): string[] {
  // The customer's page is for people.
  if (address.startsWith('/surveys/')) return [];
  const found = patterns.filter(({ pattern }) => pattern.test(address)).sort((a, b) => a.rank - b.rank)[0];
  const operation = found?.item[method.toLowerCase()];
  if (!operation) return status === 404 || status === 405 ? refusalProblems(body) : [];
  const given = operation.responses[status];
  if (!given) return [`no ${status}: ${JSON.stringify(body)}`];
  const named = given.$ref?.split('/').at(-1);
  const response = named === undefined ? given : document.components.responses[named];
  const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
  const content = response?.content?.[type];
  if (!content) return [`no ${type}`];
  const unnamed = TOLD_HEADERS.filter(
    (name) => headers.has(name) && !Object.keys(response.headers ?? {}).some((each) => each.toLowerCase() === name),
  ).map((name) => `header ${name}: not in the document`);
  const isJson = type.endsWith('json');
  return [
    ...unnamed,
    ...(isJson ? documentedSchemas.problems(content.schema, body) : []),
    ...(type === 'application/problem+json' && !Object.hasOwn(content.examples ?? {}, String(body['code']))
      ? [`no ${String(body['code'])} among the examples`]
      : []),
  ];
}

const refusalProblems = (body: Readonly<Record<string, unknown>>): string[] =>
  documentedSchemas.problems({ $ref: '#/components/schemas/Problem' }, body);
