import {
  rootOf,
  type Decided,
  type DomainEvent,
  type EventMetadata,
  type Fact,
  type Instant,
  type NewEvent,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { eventSchemaVersions, stableId } from '@fieldcase/domain';
import { casePersonalFields, clockPersonalFields } from '@fieldcase/domain/events';

/**
 * Sample data is history, written in one go: with a source its facts count as told when they happened, and of what
 * lies before the writing the timers have nothing left to record.
 */
export const SAMPLE_SOURCE = 'demo';

/** The command of which an event is the `index`-th. */
export interface Origin {
  readonly commandId: string;
  readonly index: number;
  readonly correlationId: string;
  readonly actor: string;
  readonly roles: readonly string[];
  readonly occurredAt: Instant;
  /** Told only now: judged as late as it is. */
  readonly live?: boolean;
}

const personalFields: Readonly<Record<string, readonly string[]>> = { ...casePersonalFields, ...clockPersonalFields };
const schemaVersions: Readonly<Record<string, number>> = eventSchemaVersions;

const eventIdOf = (commandId: string, index: number): string => stableId('demo-event', commandId, index);

export function sampleEvent(streamId: string, { type, data, occurredAt }: Decided<DomainEvent>, by: Origin): NewEvent {
  const fields = personalFields[type] ?? [];
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  const personal = entries.filter(([name]) => fields.includes(name));
  const metadata: EventMetadata = {
    correlationId: by.correlationId,
    causationId: by.commandId,
    commandId: by.commandId,
    actor: by.actor,
    actorRole: by.roles[0] ?? 'system',
    ...(by.live ? {} : { source: SAMPLE_SOURCE }),
  };
  return {
    eventId: eventIdOf(by.commandId, by.index),
    type,
    data: Object.fromEntries(entries.filter(([name]) => !fields.includes(name))),
    schemaVersion: schemaVersions[type] ?? 1,
    occurredAt: occurredAt ?? by.occurredAt,
    metadata,
    ...(personal.length > 0 ? { personal: { subjectId: rootOf(streamId), data: Object.fromEntries(personal) } } : {}),
  };
}

/** Whether the first event of a command is of the sample data. What was told only now has no source, but its id is made of its command's. */
export const beginsSample = ({ eventId, metadata }: Pick<RecordedEvent, 'eventId' | 'metadata'>): boolean =>
  metadata.commandId !== undefined && eventId === eventIdOf(metadata.commandId, 0);

/** The fact as the deciders would have seen it when it was told: a live one, without the source. */
export function factOf<E extends DomainEvent>(
  { type, data }: Decided<E>,
  { occurredAt, metadata: stored }: NewEvent,
  recorded: { readonly recordedAt: Instant; readonly position: bigint },
): Fact<E> {
  const { source: _, ...metadata } = stored;
  return { type, data, occurredAt, metadata, ...recorded } as unknown as Fact<E>;
}
