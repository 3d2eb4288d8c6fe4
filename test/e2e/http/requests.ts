import { randomUUID } from 'node:crypto';
import type { ServedApi } from './api-fixture';
import { requireDocumented } from './documented';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly errors?: Record<string, string> };
}

export interface Extra {
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: a new one. */
  readonly key?: string;
}

/** A caller with one token. */
export class Caller {
  constructor(
    private readonly api: Pick<ServedApi, 'url'>,
    readonly token: string,
  ) {}

  post(path: string, body: unknown, { headers = {}, key = randomUUID() }: Extra = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...headers,
    });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  async send(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const given = { authorization: `Bearer ${this.token}`, 'accept-language': 'en', ...headers };
    const response = await fetch(`${this.api.url}${path}`, {
      method,
      headers: given,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    const answered = (isJson ? JSON.parse(text) : { text }) as Answer['body'];
    const answer: Answer = { status: response.status, headers: response.headers, body: answered };
    if (method !== 'HEAD') requireDocumented(method, path, answer);
    return answer;
  }
}

export async function callerAs(api: ServedApi, role: string, claims: object = {}): Promise<Caller> {
  const depots = role === 'depot-clerk' ? { depots: ['depot-harbin'] } : {};
  return new Caller(api, await api.token({ roles: [role], ...depots, ...claims }));
}

export const REPORT = {
  siteName: '双城区永胜农机合作社',
  contact: { name: '王建国', phone: '+86 451 8888 0101' },
  address: '哈尔滨市双城区永胜镇',
  region: '黑龙江',
  faultDescription: '割台不升降',
} as const;

export async function reported(caller: Caller, changes: object = {}): Promise<string> {
  const { status, body } = await caller.post('/api/v1/cases', { ...REPORT, ...changes });
  if (status !== 201) throw new Error(`reporting failed: ${JSON.stringify(body)}`);
  return body['id'] as string;
}

/** A problem as contract section 1 wants every refusal. */
export function expectProblem({ status, headers, body }: Answer, expected: number, code: string): void {
  expect({ status, code: body['code'] }).toEqual({ status: expected, code });
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toEqual({
    type: `urn:fieldcase:problem:${code}`,
    title: expect.any(String),
    status: expected,
    detail: expect.any(String),
    code,
    instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...(body.errors ? { errors: expect.any(Object) } : {}),
  });
}

/** Asks until it is so; every asking is a request, so that the server gets its turn. */
export async function eventually(isSo: () => Promise<boolean>, rounds = 1_000): Promise<void> {
  for (let round = 0; round < rounds; round += 1) if (await isSo()) return;
  throw new Error(`not so after it was asked ${rounds} times`);
}
