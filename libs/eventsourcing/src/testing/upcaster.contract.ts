import type { StoredShape, Upcasters } from '../upcaster';

export interface UpcasterContract {
  readonly upcasters: Upcasters;
  /** type -> version under which it is written now. */
  readonly currentVersions: Readonly<Record<string, number>>;
  /** Every event version ever written, as it was stored, personal fields merged; several where its shapes differ. */
  readonly golden: readonly StoredShape[];
  /** type -> fields that are absent after an erasure, and while loading for `decide`. */
  readonly personalFields?: Readonly<Record<string, readonly string[]>>;
}

/** Upcasters bring every version ever written, whole or without its personal fields, to the current one. */
export function upcasterContract(name: string, contract: () => UpcasterContract): void {
  describe(`${name}: upcasters`, () => {
    it('reach the version under which each type is written now', () => {
      const { upcasters, currentVersions } = contract();
      const reached = Object.keys(currentVersions).map((type) => [type, upcasters.currentVersion(type)]);
      expect(Object.fromEntries(reached)).toEqual(currentVersions);
    });

    it('have a golden file for every version of every type', () => {
      const { currentVersions, golden } = contract();
      const wanted = Object.entries(currentVersions).flatMap(([type, current]) =>
        Array.from({ length: current }, (_, index) => `${type} v${index + 1}`),
      );
      const written = new Set(golden.map(({ type, schemaVersion }) => `${type} v${schemaVersion}`));
      expect([...written].sort()).toEqual(wanted.sort());
    });

    it('are total, change nothing twice, and leave what is stored as it was', () => {
      const { upcasters, currentVersions, golden, personalFields = {} } = contract();
      for (const event of golden.flatMap((whole) => [
        whole,
        ...withoutPersonal(whole, personalFields[whole.type] ?? []),
      ])) {
        const before = JSON.stringify(event);
        const current = upcasters.upcast(event);
        expect(current.schemaVersion).toBe(currentVersions[event.type]);
        expect(upcasters.upcast(current)).toBe(current);
        expect(JSON.parse(JSON.stringify(current))).toEqual(current);
        expect(JSON.stringify(event)).toBe(before);
      }
    });
  });
}

/** The event without each of its personal fields, and without all of them. */
function withoutPersonal(event: StoredShape, fields: readonly string[]): StoredShape[] {
  const without = (left: readonly string[]): StoredShape => ({
    ...event,
    data: Object.fromEntries(Object.entries(event.data).filter(([field]) => !left.includes(field))),
  });
  return fields.length === 0 ? [] : [without(fields), ...fields.map((field) => without([field]))];
}
