import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  StoreUnavailable,
  type AppendRequest,
  type AppendResult,
  type CommandKey,
  type EventStore,
  type StreamWrite,
} from '@fieldcase/eventsourcing';

export function keyOf(commandId: string): CommandKey {
  const digest = createHash('sha256').update(commandId).digest();
  return { hash: digest.subarray(0, 16), request: digest, answer: { id: commandId } };
}

export function write(streamId: string, expected: StreamWrite['expected'], type = 'NoteAdded', count = 1): StreamWrite {
  const commandId = randomUUID();
  const metadata = { correlationId: commandId, causationId: commandId, commandId, actor: 'rig', actorRole: 'agent' };
  return {
    streamId,
    expected,
    events: Array.from({ length: count }, (_, n) => ({
      eventId: randomUUID(),
      type,
      data: { n, text: 'the header drive of the harvester stands still' },
      schemaVersion: 1,
      occurredAt: Date.now(),
      metadata,
    })),
  };
}

export interface Persistent {
  readonly result: AppendResult;
  /** How often the server was away, and how often it was unknown whether it had written. */
  readonly unavailable: number;
  readonly unknown: number;
}

/** As a client that follows the contract: the same request with the same key until there is an answer. */
export async function appendUntilAnswered(
  store: EventStore,
  request: AppendRequest,
  deadline: number,
): Promise<Persistent> {
  let unavailable = 0;
  let unknown = 0;
  for (;;) {
    try {
      return { result: await store.append(request), unavailable, unknown };
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > deadline) throw error;
      unavailable += 1;
      if (error.outcomeUnknown) unknown += 1;
      await pause(5 + Math.random() * 20);
    }
  }
}

/** A store with connections of its own, as another process has. */
export interface Figures {
  readonly [name: string]: number | string;
}

export interface Bench {
  /** The application's connection string; of a superuser, so that backends can be halted and killed. */
  readonly url: string;
  /** 1 = the sizes of the requirement. */
  readonly scale: number;
}

export const sized = (whole: number, scale: number, least = 1): number => Math.max(least, Math.round(whole * scale));
