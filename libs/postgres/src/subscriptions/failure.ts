import { StoreUnavailable } from '@fieldcase/eventsourcing';

/**
 * SQLSTATE classes that no event can be blamed for: connection, transaction state, credentials, serialization,
 * resources, operator action, system, missing or forbidden objects, internal.
 */
const INFRASTRUCTURE = new Set(['08', '25', '28', '2D', '3D', '3F', '40', '42', '53', '55', '57', '58', 'F0', 'XX']);
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']);
const DRIVER =
  /connection terminated|timeout exceeded when trying to connect|connection error|read timeout|pool after calling end/i;

/** True when waiting may mend it: retried for ever. False: the handler failed on an event, the failure policy decides. */
export function isInfrastructureFailure(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code && NETWORK.has(code)) return true;
  if (code && /^[0-9A-Z]{5}$/.test(code)) return INFRASTRUCTURE.has(code.slice(0, 2));
  return DRIVER.test(error.message);
}

/** The statement ran into its time limit: a smaller batch may pass. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '57014';
}

/** A property that the code itself names: the one quoted text that is kept. */
const PROPERTY = /^(Cannot \w+ propert(?:y|ies) of (?:undefined|null) \((?:reading|setting) ')[A-Za-z_$][\w$]*'\)$/;
/**
 * From the first quotation mark to the last one, of whatever kind: a value may hold marks of its own, and nobody
 * escapes them. To the end where it stands alone. The apostrophe within a word is none.
 */
const QUOTED = /(?:["`]|(?<![A-Za-z])'|'(?![A-Za-z]))(?:[^]*["'`]|[^]*$)/;
/** After these, and after any colon, errors of the language itself tell a value without quotation marks. */
const TOLD = /(: ?|Cannot convert |property |URL from |Received | in )[^]*$/;

/**
 * What went wrong, fit for logs and the parked table: name, code, message and place, and nothing that was quoted,
 * since quoted text may be a person's data.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is no Error was thrown';
  const code = codeOf(error);
  const place = /\n\s+at (?:.*?[/\\])?([^/\\\s()]+:\d+):\d+/.exec(framesOf(error))?.[1];
  const message = withoutValues(error).slice(0, 300);
  return `${error.name}${code ? ` ${code}` : ''}: ${message}${place ? ` (${place})` : ''}`;
}

function withoutValues(error: Error): string {
  if (error instanceof TypeError && PROPERTY.test(error.message)) return error.message;
  const unquoted = error.message.replace(QUOTED, '"…"');
  const ofLanguage = [TypeError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  return ofLanguage ? unquoted.replace(TOLD, '$1…') : unquoted;
}

/** The stack without the message before it, which may look like a place. */
function framesOf({ stack = '', message }: Error): string {
  const at = stack.indexOf(message);
  return at < 0 ? '' : stack.slice(at + message.length);
}

/** Milliseconds before attempt `attempt` (0 = first retry): doubles from `first` to `most`, with jitter. */
export function backoff(attempt: number, first = 50, most = 5_000): number {
  return Math.min(most, first * 2 ** Math.min(attempt, 16)) * (0.5 + Math.random() / 2);
}

function codeOf(error: Error): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}
