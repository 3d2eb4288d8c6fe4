import { ConfigError } from '@fieldcase/config';
import { MappingRefused } from '@fieldcase/domain';

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
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'The database does not answer: is the instance running? (npm start)';
  if (code === '3D000' || code === '28P01' || code === '28000') return `The database refuses: ${error.message}`;
  if (code === '3F000' || code === '42P01')
    return `The database has no schema of Fieldcase yet: run "fieldcase migrate"`;
  if (code === '42883') return `The database has an older schema: run "fieldcase migrate" (${error.message})`;
  return error.message || error.name;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
