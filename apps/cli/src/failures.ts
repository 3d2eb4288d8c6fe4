import { types } from 'node:util';
import { ConfigError } from '@fieldcase/config';
import { MappingRefused } from '@fieldcase/domain';
import { BrokerProblem, explained } from '@fieldcase/kafka';

/** Refused or failed: exit code 1, the message says what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A wrong command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A sentence for people; stacks are for bugs only. */
export function sentenceOf(error: unknown): string {
  if (error instanceof MappingRefused) return `The mapping is refused:\n${indented(error.message)}`;
  if (error instanceof ConfigError || error instanceof Refusal || error instanceof UsageError) return error.message;
  if (!types.isNativeError(error)) return String(error);
  // What a store that is not there says is in the driver's own error.
  if (error.name === 'StoreUnavailable' && types.isNativeError(error.cause)) return sentenceOf(error.cause);
  const ofBroker = explained(error);
  if (ofBroker instanceof BrokerProblem) return ofBroker.message;
  const code = (error as NodeJS.ErrnoException).code;
  const unreachable = unreachableOf(error as Unreachable);
  if (unreachable) return unreachable;
  if (code === '3D000' || code === '28P01' || code === '28000') return `The database refuses: ${error.message}`;
  if (code === '3F000' || code === '42P01')
    return `The database has no schema of Fieldcase yet: run "fieldcase migrate"`;
  if (code === '42883') return `The database has an older schema: run "fieldcase migrate" (${error.message})`;
  return error.message || error.name;
}

interface Unreachable extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  /** Of each address of a name that has several. */
  readonly errors?: readonly Unreachable[];
}

function unreachableOf({ code, message, address, port, hostname, errors }: Unreachable): string | undefined {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The database's host "${hostname}" is not known: check DATABASE_URL (or --url).`;
  if (/timeout expired|connection timeout/.test(message))
    return 'The database does not answer in time: check host and port of DATABASE_URL (or --url), and firewalls.';
  if (message === 'Connection terminated unexpectedly')
    return 'The connection to the database broke. What was written before is safe: run it again.';
  if (code !== 'ECONNREFUSED') return undefined;
  const first = errors?.[0] ?? { address, port };
  return `No database answers at ${first.address}:${first.port}: does it run? "npm start" starts the embedded one; your own is named by DATABASE_URL (or --url).`;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
