import type { FastifyInstance } from 'fastify';
import type { Expectation } from '@fieldcase/contracts';
import { HttpProblem, malformed } from './http-problem';
import type { RouteTraits } from './policy';

const MAX_DEPTH = 20;
const MAX_KEYS = 1_000;
const MAX_ITEMS = 1_000;
/** Lower case only, one spelling: an odd type is refused rather than parsed by luck. */
const JSON_TYPE = /^application\/json(?: *; *charset="?utf-8"?)?$/;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?: *; *charset="?utf-8"?)?$/;
/** Every name that a plain object has by birth: the validation behind takes such a key for the object's own. */
const FORBIDDEN_KEYS = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

/**
 * JSON in UTF-8, and forms where a page of ours sends one. It refuses what would fail later and elsewhere (a U+0000 or
 * an unpaired surrogate fails a whole batch in jsonb) and what is made to hurt, each with its path, before any DTO sees it.
 */
export function useStrictJson(fastify: FastifyInstance, bodyLimit: number): void {
  fastify.removeAllContentTypeParsers();
  const use = (type: string, parse: (bytes: Uint8Array) => unknown): void => {
    fastify.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
      try {
        done(null, parse(body as Buffer));
      } catch (error) {
        done(error as Error, undefined);
      }
    });
  };
  use('application/json', parseJson);
  use('application/x-www-form-urlencoded', parseForm);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const type = request.headers['content-type'];
    const encoding = request.headers['content-encoding'];
    const { takesForms } = (request.routeOptions.config ?? {}) as RouteTraits;
    const refused =
      (type !== undefined && !isTaken(type.replace(/UTF-8/, 'utf-8'), takesForms === true)) ||
      (encoding !== undefined && encoding !== 'identity');
    done(refused ? new HttpProblem(415, 'request.media-type') : undefined);
  });
}

const isTaken = (type: string, takesForms: boolean): boolean =>
  JSON_TYPE.test(type) || (takesForms && FORM_TYPE.test(type));

/** Parameters that the validation behind would not see as unknown. */
export function useStrictQueries(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const odd = Object.keys(request.query as object).filter((key) => FORBIDDEN_KEYS.has(key));
    done(odd.length === 0 ? undefined : unknownParameters(odd));
  });
}

/** @throws HttpProblem 400, for routes that take no parameter at all */
export function refuseParameters(query: object): void {
  const names = Object.keys(query);
  if (names.length > 0) throw unknownParameters(names);
}

const unknownParameters = (names: readonly string[]): HttpProblem =>
  malformed(Object.fromEntries(names.map((name) => [shown(name), ['unknownParameter']])));

/** @throws HttpProblem 400 with the path of everything that is wrong */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed({ '': ['jsonObject'] });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed({ '': ['jsonObject'] });
  const errors = inspect(value);
  if (errors) throw malformed(errors);
  return value;
}

/** Texts by field name; what was left empty is absent. @throws HttpProblem 400 */
export function parseForm(bytes: Uint8Array): Readonly<Record<string, string>> {
  const entries = [...new URLSearchParams(new TextDecoder().decode(bytes))].filter(([, text]) => text !== '');
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, text] of entries) {
    if (name in fields || entries.length > MAX_KEYS) throw malformed({ '': ['jsonObject'] });
    fields[name] = text;
  }
  const errors = inspect(fields);
  if (errors) throw malformed(errors);
  return { ...fields };
}

/** Walks without recursion: depth is the sender's choice, the stack is ours. */
function inspect(root: object): Record<string, Expectation> | undefined {
  const errors: Record<string, Expectation> = Object.create(null) as Record<string, Expectation>;
  const pending: { value: object; path: string; depth: number }[] = [{ value: root, path: '', depth: 1 }];
  let keys = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path, depth } = next;
    if (depth > MAX_DEPTH) return { [path]: ['depth', MAX_DEPTH] };
    const entries = Object.entries(value);
    if (Array.isArray(value) && entries.length > MAX_ITEMS) return { [path]: ['items', MAX_ITEMS] };
    if (!Array.isArray(value)) keys += entries.length;
    if (keys > MAX_KEYS) return { [path]: ['keys', MAX_KEYS] };
    for (const [key, child] of entries) {
      const childPath = path === '' ? shown(key) : `${path}.${shown(key)}`;
      const wrong = wrongKey(key) ?? wrongValue(child);
      if (wrong) errors[childPath] = wrong;
      else if (typeof child === 'object' && child !== null)
        pending.push({ value: child, path: childPath, depth: depth + 1 });
    }
  }
  return Object.keys(errors).length === 0 ? undefined : errors;
}

/** A key in an answer must itself be clean and short. */
function shown(key: string): string {
  return key.replace(/[\p{Cs}\p{Cc}]/gu, '\ufffd').slice(0, 64);
}

function wrongKey(key: string): Expectation | undefined {
  if (FORBIDDEN_KEYS.has(key)) return ['noPrototype'];
  return isStorable(key) ? undefined : ['wellFormed'];
}

function wrongValue(value: unknown): Expectation | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : ['wellFormed'];
  if (typeof value !== 'number') return undefined;
  const exact = Number.isFinite(value) && !Object.is(value, -0) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return exact ? undefined : ['finite'];
}

/** What jsonb and text columns take. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
