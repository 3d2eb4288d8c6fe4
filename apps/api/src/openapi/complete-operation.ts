import { caseNumber } from '@fieldcase/domain';
import type { RouteNotes } from '../http/command-route';
import { statusOfRefusal } from './refusal-statuses';
import { object, position, ref, text, whole, type Schema } from './schema-words';

export type Operation = Record<string, unknown> & { parameters?: object[]; responses?: Record<string, unknown> };

const header = (name: string, required: boolean, schema: Schema, description: string): object => ({
  name,
  in: 'header',
  required,
  schema,
  description,
});
const ACCEPT_LANGUAGE = header(
  'Accept-Language',
  false,
  { type: 'string', examples: ['zh-CN', 'en'] },
  'Language of texts; default zh-CN.',
);
const LAST_EVENT_ID = header(
  'Last-Event-ID',
  false,
  { type: 'string', pattern: '^[0-9]{1,18}$', examples: ['1024'] },
  'Id of the last event received: the stream goes on after it. Absent: from now on.',
);
const ETAG = {
  description: 'The version, quoted: what `If-Match` takes.',
  schema: { type: 'string', examples: ['"1"'] },
};
const EXAMPLE_NUMBER = caseNumber(4_711);
const OF_EVERYTHING = ['request.unreadable', 'rate.exceeded', 'service.stopping', 'internal.error'];
const OF_TOKENS = ['auth.token-missing', 'auth.token-invalid', 'auth.role-not-allowed', 'auth.issuer-unavailable'];
const OF_COMMANDS = [
  'request.malformed',
  'occurred-at.out-of-bounds',
  'version.conflict',
  'request.too-large',
  'request.media-type',
  'idempotency.key-reused',
  'service.busy',
  'service.unavailable',
];
const OF_PUBLIC_COMMANDS = [
  'request.malformed',
  'request.too-large',
  'request.media-type',
  'service.busy',
  'service.unavailable',
];
const OF_CASES = ['case.unknown', 'case.already-closed', 'case.cancelled', 'case.merged', 'occurred-at.out-of-order'];

export function completeCommand(path: string, operation: Operation, notes: RouteNotes): void {
  const isPublic = notes.roles === 'public';
  const ofPrecondition = [
    header(
      'Idempotency-Key',
      true,
      { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$', examples: ['0d9f7a52-report-1'] },
      'Names this one command of the caller: send the same key again to retry.',
    ),
    header(
      'If-Match',
      false,
      { type: 'string', examples: ['"3"'] },
      'Version that the command was decided on by its sender.',
    ),
  ];
  // A survey's link opens one answer of each kind: it needs no key to be sent again.
  operation.parameters = [
    ...(operation.parameters ?? []).map(described),
    ...(isPublic ? [] : ofPrecondition),
    ACCEPT_LANGUAGE,
  ];
  const onCase = path.includes('/cases/{');
  const answer = commandAnswer(notes.made ?? [], notes.creates ?? false);
  const codes = [
    ...OF_EVERYTHING,
    ...(isPublic ? OF_PUBLIC_COMMANDS : [...OF_TOKENS, ...OF_COMMANDS]),
    ...(onCase ? OF_CASES : []),
    ...(notes.refusals ?? []),
  ];
  // What gets an id of its own is new each time; what comes with its id may be a new version.
  const isAlwaysNew = notes.creates === true && (isPublic || (notes.made ?? []).length > 0);
  operation.responses = {
    ...(notes.creates ? { 201: { ...answer, description: 'Carried out: a new thing.' } } : {}),
    ...(isAlwaysNew
      ? {}
      : { 200: { ...answer, description: notes.creates === true ? 'A new version.' : 'Carried out.' } }),
    ...refusals(codes),
  };
  operation['security'] = isPublic ? [] : [{ bearer: [] }];
}

function commandAnswer(made: readonly string[], creates: boolean | 'sometimes'): object {
  const ids = Object.fromEntries(made.map((name) => [name, text]));
  const answer = { id: text, version: whole, position };
  const schema = creates === 'sometimes' ? object(answer, ids) : object({ ...answer, ...ids });
  const example = {
    id: '019ab2f0-7c1e-7f3a-9d52-5b1f0c6f2a11',
    version: 1,
    position: '1024',
    ...Object.fromEntries(
      made.map((name) => [name, name === 'number' ? EXAMPLE_NUMBER : '019ab2f0-7c1e-7f3a-9d52-5b1f0c6f2a12']),
    ),
  };
  return {
    description: 'Carried out.',
    headers: {
      ETag: ETAG,
      'Idempotency-Replayed': { description: '`true` when the answer was remembered.', schema: { type: 'string' } },
      ...(creates ? { Location: { description: 'Address of the thing.', schema: text } } : {}),
    },
    content: { 'application/json': { schema, example } },
  };
}

/** Of a query: name of the answer's schema, and whether its `ETag` is a version. */
export type QueryNotes = RouteNotes & {
  readonly answers?: string;
  readonly versioned?: boolean;
  readonly page?: boolean;
};

export function completeQuery(path: string, operation: Operation, notes: QueryNotes): void {
  const isPublic = notes.roles === 'public';
  const isStream = path.endsWith('/live') && path.startsWith('/api');
  operation.parameters = [
    ...(operation.parameters ?? []).map(described),
    ...(isStream ? [LAST_EVENT_ID] : []),
    ACCEPT_LANGUAGE,
  ];
  const ofCase = path.includes('/cases/{');
  const paged = operation.parameters.some((parameter) => (parameter as { name?: string }).name === 'cursor');
  const codes = [
    ...OF_EVERYTHING,
    ...(isPublic ? [] : OF_TOKENS),
    ...(path.startsWith('/api') ? ['request.malformed', 'service.unavailable'] : ['service.unavailable']),
    ...(path.startsWith('/api') && !isStream ? ['read-model.behind'] : []),
    ...(notes.refusals ?? (ofCase ? ['case.unknown'] : path.includes('{') ? ['reference.unknown'] : [])),
    ...(paged ? ['query.cursor-invalid'] : []),
    ...(isStream ? ['service.busy'] : []),
  ];
  operation.responses = { 200: queryAnswer(path, notes, isStream), ...refusals(codes) };
  operation['security'] = isPublic ? [] : [{ bearer: [] }];
}

const LIVE_EXAMPLE =
  'id: 1024\nevent: case\ndata: {"id":"019ab2f0","caseId":"019ab2f0","version":3,"type":"CaseTriaged"}\n\n';

function queryAnswer(path: string, { answers, versioned, page }: QueryNotes, isStream: boolean): object {
  const positioned = { 'X-Position': { description: 'How far the answer goes.', schema: position } };
  if (page === true) {
    return { description: 'A page to print', headers: positioned, content: { 'text/html': { schema: text } } };
  }
  if (isStream) {
    return {
      description: 'Server-sent events; a comment every ten seconds.',
      headers: positioned,
      content: { 'text/event-stream': { schema: ref('LiveEventStream'), example: LIVE_EXAMPLE } },
    };
  }
  if (path === '/metrics') return { description: 'Prometheus text', content: { 'text/plain': { schema: text } } };
  const name = answers ?? (path === '/status' ? 'Status' : 'Health');
  return {
    description: 'The answer',
    headers: { ...(answers === undefined ? {} : positioned), ...(versioned ? { ETag: ETAG } : {}) },
    content: { 'application/json': { schema: ref(name) } },
  };
}

/** One response per status with an example per code. */
function refusals(codes: readonly string[]): Record<string, object> {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const status = statusOfRefusal(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(entries.map(([status, of]) => [String(status), refusalResponse(status, of)]));
}

function refusalResponse(status: number, codes: readonly string[]): object {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  const retry = status === 429 || status === 503;
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...(retry ? { headers: { 'Retry-After': { description: 'Seconds.', schema: whole } } } : {}),
    content: { 'application/problem+json': { schema: ref('Problem'), examples } },
  };
}

/** Path and query parameters as swagger found them, with a limit where it found none. */
function described(parameter: object): object {
  const given = parameter as { in?: string; schema?: object };
  if (given.in !== 'path') return parameter;
  return { ...given, schema: { type: 'string', minLength: 1, maxLength: 400 } };
}
