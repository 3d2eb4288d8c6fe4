/** How a number is written is part of the format: whoever finds a case by it reads it as people say it. */
export { normaliseCaseNumber } from '../case/case-number';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** Stream `case-numbers:all`: counters [from, from + count) belong to whoever appended this. */
export type CaseNumbersReserved = E<'CaseNumbersReserved', { readonly from: number; readonly count: number }>;
/**
 * Stream `import:<source>:<file sha256>`: the numbers of a file's cases, in the order of their keys. `keys` digests them,
 * since another mapping finds other cases in the same file.
 */
export type ImportStarted = E<
  'ImportStarted',
  { readonly numbersFrom: number; readonly cases: number; readonly keys?: string }
>;

export const caseNumberEventTypes = ['CaseNumbersReserved', 'ImportStarted'] as const satisfies (
  CaseNumbersReserved | ImportStarted
)['type'][];
