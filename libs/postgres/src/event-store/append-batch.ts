import { shardOf, type AppendRequest, type AppendResult, type NewEvent } from '@fieldcase/eventsourcing';
import type { Prepared } from './group-commit';

interface PreparedEvent {
  readonly event: NewEvent;
  readonly data: string;
  readonly metadata: string;
  readonly personal: string | null;
}

export interface PreparedAppend extends Prepared {
  /** Of all writes, in order. */
  readonly events: readonly PreparedEvent[];
  readonly answer: string | null;
}

export function prepareAppend(request: AppendRequest): PreparedAppend {
  const events = request.writes.flatMap((write) =>
    write.events.map((event) => ({
      event,
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(event.metadata),
      personal: event.personal ? JSON.stringify(event.personal.data) : null,
    })),
  );
  const answer = request.key ? JSON.stringify(request.key.answer) : null;
  const size = events.reduce(
    (sum, { data, metadata, personal }) => sum + data.length + metadata.length + (personal?.length ?? 0),
    answer?.length ?? 0,
  );
  return { request, events, answer, size };
}

export const appendStatement = {
  name: 'fieldcase.append',
  text: `select base, recorded, blind_tails, refused
           from fieldcase.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
} as const;

/** The arguments of `fieldcase.append` in its order: one flat array per column. */
export function appendArguments(batch: readonly PreparedAppend[]): unknown[][] {
  const columns: unknown[][] = Array.from({ length: 19 }, () => []);
  const push = (first: number, values: readonly unknown[]): void =>
    values.forEach((value, index) => columns[first + index]?.push(value));
  batch.forEach(({ request, events, answer }, index) => {
    const number = index + 1;
    const { key } = request;
    push(0, [events.length, key ? bytes(key.hash) : null, key ? bytes(key.request) : null, answer]);
    let next = 0;
    for (const { streamId, expected, events: own } of request.writes) {
      push(4, [number, streamId, expected === 'any' ? null : expected]);
      const shard = shardOf(streamId);
      for (let offset = 1; offset <= own.length; offset += 1) {
        const prepared = events[next++];
        if (!prepared) throw new Error('an append was prepared with fewer events than it has');
        const { event, data, metadata, personal } = prepared;
        const version = expected === 'any' ? null : expected + offset;
        push(7, [number, streamId, version, shard, event.eventId, event.type, event.schemaVersion]);
        push(14, [data, metadata, event.occurredAt, event.personal?.subjectId ?? null, personal]);
      }
    }
    for (const { streamId, expected } of request.checks ?? []) push(4, [number, streamId, expected]);
  });
  return columns;
}

const bytes = (value: Uint8Array): Buffer => Buffer.from(value.buffer, value.byteOffset, value.byteLength);

interface Refused {
  readonly request: number;
  readonly outcome: 'replayed' | 'key-reused' | 'conflict';
  readonly answer?: object;
  readonly first?: string;
  readonly last?: string;
  readonly streamId?: string;
  readonly actual?: number;
}

export interface AppendRow {
  readonly base: bigint;
  readonly recorded: number;
  readonly blind_tails: readonly number[] | null;
  readonly refused: readonly Refused[] | null;
}

/** One result per request of the batch, from the little that the function answers. */
export function appendResults(batch: readonly PreparedAppend[], row: AppendRow): AppendResult[] {
  const refused = new Map((row.refused ?? []).map((refusal) => [refusal.request, refusal]));
  const blindTails = (row.blind_tails ?? []).values();
  const blindVersions = new Map<string, number>();
  let position = row.base;
  return batch.map(({ request, events }, index) => {
    const refusal = refused.get(index + 1);
    const versions = new Map<string, number>();
    for (const { streamId, expected, events: own } of request.writes) {
      const tail = expected === 'any' ? (blindVersions.get(streamId) ?? 0) : expected;
      const blind = expected === 'any' ? Number(blindTails.next().value) : 0;
      const version = Math.max(tail, blind) + (refusal ? 0 : own.length);
      if (expected === 'any') blindVersions.set(streamId, version);
      versions.set(streamId, version);
    }
    if (refusal) return refusedResult(refusal);
    const firstPosition = events.length > 0 ? position + 1n : position;
    position += BigInt(events.length);
    return { outcome: 'appended', firstPosition, lastPosition: position, recordedAt: row.recorded, versions };
  });
}

function refusedResult(refusal: Refused): AppendResult {
  if (refusal.outcome === 'key-reused') return { outcome: 'key-reused' };
  if (refusal.outcome === 'conflict') {
    return { outcome: 'conflict', streamId: refusal.streamId ?? '', actual: refusal.actual ?? 0 };
  }
  return {
    outcome: 'replayed',
    answer: refusal.answer ?? {},
    firstPosition: BigInt(refusal.first ?? 0),
    lastPosition: BigInt(refusal.last ?? 0),
  };
}
