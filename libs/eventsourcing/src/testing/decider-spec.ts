import type { CommandContext, Decided, Decider, Fact } from '../decider';
import type { DomainEvent, EventMetadata, Instant } from '../message';
import { Rejection } from '../rejection';

/** A past event: `at` is its occurredAt (epoch ms; default 2026-01-01T00:00Z plus a minute per event). */
export type Given<E extends DomainEvent> = E extends DomainEvent
  ? E & {
      readonly at?: Instant;
      readonly recordedAt?: Instant;
      readonly metadata?: Partial<EventMetadata>;
    }
  : never;

export interface ThenDecided<E extends DomainEvent> {
  /** Exactly these events, in this order; `occurredAt` only where it differs from the command's. */
  then(...events: readonly (Decided<E> | readonly Decided<E>[])[]): void;
  /** A Rejection of this code; where given, of these params and errors (compared as a subset). */
  thenRejected(code: string, expected?: { params?: Record<string, unknown>; errors?: Record<string, string> }): void;
  /** For assertions of another shape. */
  decided(): readonly Decided<E>[];
}

export interface WhenCommand<C, E extends DomainEvent, S> {
  when(command: C, context?: Partial<CommandContext>): ThenDecided<E>;
  /** The folded state, for assertions on `evolve`. */
  state(): S;
}

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/**
 * Events may be listed or passed as one array. Given events, when a command, then events or a rejection:
 * `DeciderSpec.for(decider).given(a, b).when(command, { actor: 'ann' }).then(c)`.
 * The context defaults to actor `someone`, roles `['dispatcher']`, now = a minute after the last given event.
 */
export class DeciderSpec<C, E extends DomainEvent, S> {
  private constructor(
    private readonly decider: Decider<C, E, S>,
    private readonly defaults: Partial<CommandContext>,
  ) {}

  static for<C, E extends DomainEvent, S>(
    decider: Decider<C, E, S>,
    defaults: Partial<CommandContext> = {},
  ): DeciderSpec<C, E, S> {
    return new DeciderSpec(decider, defaults);
  }

  given(...history: readonly (Given<E> | readonly Given<E>[])[]): WhenCommand<C, E, S> {
    const facts = (history.flat() as Given<E>[]).map((event, index) => toFact<E>(event, index));
    const state = facts.reduce((folded, fact) => this.decider.evolve(folded, fact), this.decider.initialState);
    const latest = Math.max(START, ...facts.map((fact) => fact.occurredAt));
    return {
      state: () => state,
      when: (command, context = {}) => {
        const given = { ...this.defaults, ...context };
        const now = given.now ?? given.occurredAt ?? latest + MINUTE;
        const complete = { actor: 'someone', roles: ['dispatcher'], occurredAt: now, ...given, now };
        return outcomeOf(() => this.decider.decide(command, state, complete));
      },
    };
  }
}

function toFact<E extends DomainEvent>(given: Given<E>, index: number): Fact<E> {
  const event = given as DomainEvent & { at?: Instant; recordedAt?: Instant; metadata?: Partial<EventMetadata> };
  const occurredAt = event.at ?? START + index * MINUTE;
  const fact: Fact<DomainEvent> = {
    type: event.type,
    data: event.data,
    occurredAt,
    recordedAt: event.recordedAt ?? occurredAt,
    position: BigInt(index + 1),
    metadata: {
      correlationId: 'spec',
      causationId: 'spec',
      actor: 'someone',
      actorRole: 'dispatcher',
      ...event.metadata,
    },
  };
  return fact as unknown as Fact<E>;
}

function outcomeOf<E extends DomainEvent>(decide: () => readonly Decided<E>[]): ThenDecided<E> {
  return {
    decided: decide,
    then: (...events) => expect(decide()).toEqual(events.flat()),
    thenRejected: (code, expected = {}) => {
      const rejection = rejectionOf(decide);
      expect(rejection.code).toBe(code);
      if (expected.params) expect(rejection.params).toMatchObject(expected.params);
      if (expected.errors) expect(rejection.errors).toMatchObject(expected.errors);
    },
  };
}

function rejectionOf(decide: () => unknown): Rejection {
  try {
    const decided = decide();
    throw new Error(`expected a rejection, but it decided ${JSON.stringify(decided)}`);
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
}
