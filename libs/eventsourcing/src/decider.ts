import type { DomainEvent, Instant, RecordedEvent } from './message';

/** What a fold sees of an event: RecordedEvent without the store's own bookkeeping where a spec does not care. */
export type Fact<E extends DomainEvent> = E extends DomainEvent
  ? Pick<RecordedEvent<E>, 'type' | 'data' | 'occurredAt' | 'recordedAt' | 'position' | 'metadata'>
  : never;

/**
 * Time and actor arrive with the command; a decider reads no clock, no randomness and no environment.
 */
export interface CommandContext {
  /** The server's now, epoch ms. */
  readonly now: Instant;
  /** When the thing happened, epoch ms; equals `now` when the client said nothing. */
  readonly occurredAt: Instant;
  readonly actor: string;
  readonly roles: readonly string[];
}

/** A decided event; `occurredAt` only where it differs from the command's (a breach happened at its due instant). */
export type Decided<E extends DomainEvent> = E extends DomainEvent ? E & { readonly occurredAt?: Instant } : never;

/**
 * Three unions and three pure functions.
 * `decide` throws a Rejection to say no; `evolve` never throws and never mutates its argument.
 */
export interface Decider<C, E extends DomainEvent, S> {
  readonly initialState: S;
  decide(command: C, state: S, context: CommandContext): readonly Decided<E>[];
  evolve(state: S, event: Fact<E>): S;
}
