import type { Person, TokenOf } from './people';

/** What the service said; a problem's `code` where it refused. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The service is away, busy or failing: asked again at the next turn. */
export class ServiceAway extends Error {
  override readonly name = 'ServiceAway';
}

const ANSWER_MS = 15_000;
const BUSY = 429;

/** The public HTTP surface, as any other program would use it. Throws ServiceAway. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly tokenOf: TokenOf,
    private readonly signal: AbortSignal,
  ) {}

  get(person: Person, path: string): Promise<Answer> {
    return this.ask(person, path, { method: 'GET' });
  }

  /** @param key the same command told twice with the same key is done once */
  post(person: Person, path: string, body: object, key: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.ask(person, path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async ask(person: Person, path: string, request: RequestInit): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await this.tokenOf(person)}`,
      'accept-language': 'en',
      ...(request.headers as Record<string, string> | undefined),
    };
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const response = await fetch(`${this.url}/api/v1${path}`, { ...request, headers, signal });
      if (response.status >= 500 || response.status === BUSY) throw new ServiceAway(`${path}: ${response.status}`);
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch (error) {
      if (error instanceof ServiceAway) throw error;
      throw new ServiceAway(`${path}: ${(error as Error).message}`, { cause: error });
    }
  }
}
