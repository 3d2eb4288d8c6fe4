/** Per code and language: title (the same for every occurrence) and detail. `{name}` stands for a parameter. */
export type RefusalTexts = Readonly<
  Record<string, { readonly zh: readonly [title: string, detail: string]; readonly en: readonly [string, string] }>
>;
