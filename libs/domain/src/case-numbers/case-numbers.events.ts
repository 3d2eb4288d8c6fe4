type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** Stream `case-numbers:all`: counters [from, from + count) belong to whoever appended this. */
export type CaseNumbersReserved = E<'CaseNumbersReserved', { readonly from: number; readonly count: number }>;
/** Stream `import:<source>:<file sha256>`: the numbers of a file's cases, in the order of their keys. */
export type ImportStarted = E<'ImportStarted', { readonly numbersFrom: number; readonly cases: number }>;

export const caseNumberEventTypes = ['CaseNumbersReserved', 'ImportStarted'] as const satisfies (
  CaseNumbersReserved | ImportStarted
)['type'][];
