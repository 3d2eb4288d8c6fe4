/** One step: the data of version n in the shape of version n + 1. Pure and total: personal fields may be absent. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => object;

/** type -> version n -> step to n + 1. Steps of one type are without a gap from 1. */
export type UpcasterSteps = Readonly<Record<string, Readonly<Record<number, Upcast>>>>;

export interface StoredShape {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}

/**
 * Old stored shapes -> current shapes, applied by the stores on read and nowhere else.
 * Events newer than the code knows pass unchanged: a follower parks what it does not understand.
 */
export class Upcasters {
  static readonly none = new Upcasters({});

  constructor(private readonly steps: UpcasterSteps) {
    for (const [type, byVersion] of Object.entries(steps)) {
      const versions = Object.keys(byVersion).map(Number);
      if (!versions.every((_, index) => byVersion[index + 1] !== undefined)) {
        throw new Error(`The upcasters of ${type} must start at version 1 and leave no gap, found: ${versions.join()}`);
      }
    }
  }

  /** The version that code of today writes; 1 for a type without steps. */
  currentVersion(type: string): number {
    return Object.keys(this.steps[type] ?? {}).length + 1;
  }

  upcast<T extends StoredShape>(stored: T): T {
    const steps = Object.hasOwn(this.steps, stored.type) ? this.steps[stored.type] : undefined;
    if (!steps) return stored;
    let { data, schemaVersion } = stored;
    for (let step = steps[schemaVersion]; step; step = steps[schemaVersion]) {
      data = step(data as Record<string, unknown>);
      schemaVersion += 1;
    }
    return schemaVersion === stored.schemaVersion ? stored : { ...stored, data, schemaVersion };
  }
}
