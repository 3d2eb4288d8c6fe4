type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export type SerialShelved = E<'SerialShelved', { depotId: string }>;
/** `out`: in the field; else it was found missing or written off. */
export type SerialTaken = E<'SerialTaken', { depotId: string; out: boolean }>;
export type SerialEvent = SerialShelved | SerialTaken;

export const serialPersonalFields = { SerialShelved: [], SerialTaken: [] } as const satisfies Record<
  SerialEvent['type'],
  readonly string[]
>;
