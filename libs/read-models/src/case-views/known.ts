import type { Instant } from '@fieldcase/eventsourcing';

/** Writes an instant in the case's zone. */
export type InstantText = (at: Instant) => string;

/** Only the keys that are there: views leave out what is unknown. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
