import { Rejection } from '@fieldcase/eventsourcing';

interface Naming {
  /** The parameter that holds the other case's id. */
  readonly id: string;
  /** What its number is called in the refusal's texts. */
  readonly number: string;
  /** The caller is told of the other case by his own: of a hidden one he learns the id there as well. */
  readonly shownAnyway: boolean;
}

/** Refusals that name another case. */
const NAMES: Readonly<Record<string, Naming>> = {
  'case.merged': { id: 'into', number: 'intoNumber', shownAnyway: true },
  'technician.double-booked': { id: 'caseId', number: 'number', shownAnyway: false },
};

/**
 * The same refusal, with the number that people know the other case by; without it, nothing is told of a case that the
 * caller may not see.
 * @param numberOf undefined where the caller may not see that case
 */
export async function withKnownNumber(
  error: unknown,
  numberOf: (caseId: string) => Promise<string | undefined>,
): Promise<unknown> {
  const names = error instanceof Rejection && Object.hasOwn(NAMES, error.code) ? NAMES[error.code] : undefined;
  if (!(error instanceof Rejection) || !names) return error;
  const caseId = error.params[names.id];
  const number = typeof caseId === 'string' ? await orNone(numberOf(caseId)) : undefined;
  if (number === undefined && names.shownAnyway) return error;
  const params = number === undefined ? {} : { ...error.params, [names.number]: number };
  return new Rejection(error.code, error.kind, params, error.errors);
}

/** A number that cannot be read now is no reason to answer with anything but the refusal. */
const orNone = (number: Promise<string | undefined>): Promise<string | undefined> => number.catch(() => undefined);
