import type { Expectation } from '@fieldcase/contracts';

export interface HttpProblemOptions {
  readonly params?: Readonly<Record<string, unknown>>;
  /** Field path -> what was expected. */
  readonly errors?: Readonly<Record<string, Expectation>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What an operator has to know: logged, never answered. */
  readonly cause?: unknown;
}

/** A refusal that HTTP makes itself: the filter writes it as problem+json. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly options: HttpProblemOptions = {},
  ) {
    super(code, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'HttpProblem';
  }
}

/** 400 that names every wrong field. */
export const malformed = (errors: Readonly<Record<string, Expectation>>): HttpProblem =>
  new HttpProblem(400, 'request.malformed', { errors });
