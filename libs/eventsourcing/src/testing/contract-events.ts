import type { AppendResult, CommandKey, StreamWrite } from '../event-store';
import type { NewEvent } from '../message';

let events = 0;

/** A UUID that differs with every call: the contract never compares ids with a fixed value. */
function nextEventId(): string {
  events += 1;
  return `00000000-0000-7000-8000-${events.toString(16).padStart(12, '0')}`;
}

export function contractEvent(
  type: string,
  data: object = {},
  personal?: { subjectId: string; data: object },
): NewEvent {
  return {
    eventId: nextEventId(),
    type,
    data,
    schemaVersion: 1,
    occurredAt: Date.UTC(2026, 10, 23, 9, 0, 0, 123),
    metadata: { correlationId: 'c', causationId: 'c', commandId: 'c', actor: 'ann', actorRole: 'agent' },
    ...(personal ? { personal } : {}),
  };
}

export function contractWrite(streamId: string, expected: StreamWrite['expected'], ...types: string[]): StreamWrite {
  return { streamId, expected, events: types.map((type) => contractEvent(type, { at: streamId })) };
}

export function contractKey(name: string, request = 'request', answer: object = { id: name }): CommandKey {
  const bytes = new TextEncoder().encode(name.padEnd(16, '.'));
  return { hash: bytes.slice(0, 16), request: new TextEncoder().encode(request), answer };
}

export const appended = (result: AppendResult): Extract<AppendResult, { outcome: 'appended' }> => {
  if (result.outcome !== 'appended') throw new Error(`expected an append, but it was ${JSON.stringify(result)}`);
  return result;
};
