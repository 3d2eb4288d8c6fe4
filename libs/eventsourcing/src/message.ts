/**
 * The messages of the kernel. Instants are epoch milliseconds (UTC) in code and ISO 8601 strings inside `data`,
 * because `data` is the storage format and is read by people.
 */
export type Instant = number;

/** A fact as a decider knows it: a name and its data, JSON only (no undefined, no bigint, no Date). */
export interface DomainEvent<Type extends string = string, Data = object> {
  readonly type: Type;
  readonly data: Data;
}

/** Who caused an event, and through which conversation. Stored with every event. */
export interface EventMetadata {
  /** The whole conversation; by default the first command's id. */
  readonly correlationId: string;
  /** The message directly before: a command id, or the event id that a process manager reacted to. */
  readonly causationId: string;
  /** The command that made this event; absent for imports. */
  readonly commandId?: string;
  /** `sub` of the token, `timers`, or `import:<source>`. */
  readonly actor: string;
  /** Role under which the actor acted, e.g. `dispatcher`; `system` for timers and imports. */
  readonly actorRole: string;
  /** Import only: the mapping's source name, and the 1-based row of the file (header = row 1). */
  readonly source?: string;
  readonly row?: number;
  /** Import only: the name of the second file of a mapping, where `row` is one of that. */
  readonly file?: string;
}

/** What a projection, a fold or a decider sees of a stored event. */
export interface RecordedEvent<E extends DomainEvent = DomainEvent> {
  readonly type: E['type'];
  readonly data: E['data'];
  /** Business time: when it happened. */
  readonly occurredAt: Instant;
  /** Database time, never decreasing along `position`. */
  readonly recordedAt: Instant;
  /** Place in the whole log, gapless from 1. 0n in a state that a decider folds ahead of the append. */
  readonly position: bigint;
  readonly streamId: string;
  /** 1 for the first event of a stream. */
  readonly version: number;
  readonly shard: number;
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly metadata: EventMetadata;
}

/** An event on its way into the store. */
export interface NewEvent<E extends DomainEvent = DomainEvent> {
  /** UUIDv7 for commands, UUIDv5 for imports. */
  readonly eventId: string;
  readonly type: E['type'];
  /** Without the personal fields, see `personal`. */
  readonly data: object;
  readonly schemaVersion: number;
  readonly occurredAt: Instant;
  readonly metadata: EventMetadata;
  /** Personal fields of `data`, kept apart and merged on read only where asked for. Subject = the stream's root. */
  readonly personal?: { readonly subjectId: string; readonly data: object };
}
