/**
 * Per code and language: title (the same for every occurrence) and detail. `{name}` stands for a parameter; what stands
 * in `[...]` is left out where a parameter in it is not given.
 */
export type RefusalTexts = Readonly<
  Record<string, { readonly zh: readonly [title: string, detail: string]; readonly en: readonly [string, string] }>
>;
