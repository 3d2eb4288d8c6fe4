import type { AppendRequest } from './event-store';

/** What every adapter refuses before it asks its log: a caller's mistake, not a conflict. */
export function assertWellFormed(request: AppendRequest): void {
  const written = new Set<string>();
  for (const { streamId, expected, events } of request.writes) {
    if (written.has(streamId))
      throw new TypeError(`append writes stream ${streamId} twice: put its events in one write`);
    written.add(streamId);
    assertExpected(streamId, expected);
    if (events.some((event) => !Number.isSafeInteger(event.occurredAt))) {
      throw new TypeError(`occurredAt of an event of ${streamId} must be whole epoch milliseconds`);
    }
  }
  for (const { streamId, expected } of request.checks ?? []) assertExpected(streamId, expected);
  if (request.key && request.key.hash.length !== 16) {
    throw new TypeError(`the hash of a command key must have 16 bytes, not ${request.key.hash.length}`);
  }
}

function assertExpected(streamId: string, expected: number | 'any'): void {
  if (expected !== 'any' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new TypeError(`expected version of ${streamId} must be 'any' or an integer from 0, not ${String(expected)}`);
  }
}
