import { Rejection } from '@fieldcase/eventsourcing';

/** Refusals that name another case: by which parameter, and what its number is called in their texts. */
const NAMES: Readonly<Record<string, { readonly id: string; readonly number: string }>> = {
  'case.merged': { id: 'into', number: 'intoNumber' },
  'technician.double-booked': { id: 'caseId', number: 'number' },
};

/**
 * The same refusal, with the number that people know the other case by.
 * @param numberOf undefined where the caller may not see that case
 */
export async function withKnownNumber(
  error: unknown,
  numberOf: (caseId: string) => Promise<string | undefined>,
): Promise<unknown> {
  const names = error instanceof Rejection && Object.hasOwn(NAMES, error.code) ? NAMES[error.code] : undefined;
  if (!(error instanceof Rejection) || !names) return error;
  const caseId = error.params[names.id];
  const number = typeof caseId === 'string' ? await numberOf(caseId) : undefined;
  if (number === undefined) return error;
  return new Rejection(error.code, error.kind, { ...error.params, [names.number]: number }, error.errors);
}
