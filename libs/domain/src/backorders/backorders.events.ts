/** Who waits for a part that nobody has (stream `backorders:<partNumber>`). */
import type { Instant } from '@fieldcase/eventsourcing';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export interface Backorder {
  readonly partRequestId: string;
  readonly quantity: number;
  /** Urgent and season before normal. */
  readonly pressing: boolean;
  /** Epoch ms: the oldest promise first. */
  readonly promisedAt: Instant;
  /** Depots that it may be served from. */
  readonly depots: readonly string[];
}

export type BackorderQueued = E<'BackorderQueued', Backorder>;
export type BackorderLeft = E<'BackorderLeft', { partRequestId: string }>;
export type BackordersCarriedForward = E<'BackordersCarriedForward', { waiting: readonly Backorder[] }>;
export type BackorderEvent = BackorderQueued | BackorderLeft | BackordersCarriedForward;

export const backorderPersonalFields = {
  BackorderQueued: [],
  BackorderLeft: [],
  BackordersCarriedForward: [],
} as const satisfies Record<BackorderEvent['type'], readonly string[]>;
