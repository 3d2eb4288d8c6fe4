/** Who waits for a part that nobody has (stream `backorders:<partNumber>`). */
import type { Backorder } from './backorders';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export type BackorderQueued = E<'BackorderQueued', Backorder>;
export type BackorderLeft = E<'BackorderLeft', { partRequestId: string }>;
export type BackordersCarriedForward = E<'BackordersCarriedForward', { waiting: readonly Backorder[] }>;
export type BackorderEvent = BackorderQueued | BackorderLeft | BackordersCarriedForward;

export const backorderPersonalFields = {
  BackorderQueued: [],
  BackorderLeft: [],
  BackordersCarriedForward: [],
} as const satisfies Record<BackorderEvent['type'], readonly string[]>;
