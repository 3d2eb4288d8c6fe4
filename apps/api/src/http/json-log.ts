import type { LoggerService } from '@nestjs/common';

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * One JSON object per line on standard error. An error is told by its name, its code and its stack frames: messages
 * of libraries quote values, and values are people's names and numbers.
 */
export class JsonLog implements LoggerService {
  constructor(
    private readonly write: (line: string) => void = (line) => void process.stderr.write(line),
    private readonly now: () => number = Date.now,
  ) {}

  entry(level: Level, message: string, fields: object = {}): void {
    this.write(`${JSON.stringify({ time: new Date(this.now()).toISOString(), level, message, ...fields })}\n`);
  }

  failure(message: string, error: unknown, fields: object = {}): void {
    this.entry('error', message, { ...fields, ...describeError(error) });
  }

  /** Nest tells every module and route; the OpenAPI document does that better. */
  log(): void {}
  warn(message: unknown, ...context: unknown[]): void {
    this.nest('warn', message, context);
  }
  error(message: unknown, ...context: unknown[]): void {
    if (message instanceof Error) this.failure('error', message);
    else this.nest('error', message, context);
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.error(message, ...context);
  }
  debug(): void {}
  verbose(): void {}

  private nest(level: Level, message: unknown, context: readonly unknown[]): void {
    const last = context.at(-1);
    this.entry(level, String(message), typeof last === 'string' ? { context: last } : {});
  }
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const { code } = error as { code?: unknown };
  return {
    error: error.name,
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    stack: frames.slice(0, 12).map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}
