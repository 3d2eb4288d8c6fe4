import { streamId, type EventStore, type Fact, type NewEvent } from '@fieldcase/eventsourcing';
import { caseNumbersDecider, stableId } from '@fieldcase/domain';
import type { CaseNumbersReserved, ImportStarted } from '@fieldcase/domain/events';

export const COUNTER = streamId('case-numbers', 'all');

/** One block of case numbers for a run of a file. */
export type NumberBlock = ImportStarted['data'];

export interface ImportRunIdentity {
  readonly source: string;
  readonly fileDigest: string;
  /** The same for the same file of the same source. */
  readonly runId: string;
  /** Digest of the names of its cases: a number is a place among them. Absent for what is no file. */
  readonly keys?: string;
  /** Of the file's earliest row, epoch ms: a run that is started again writes the same events. */
  readonly at: number;
}

export const importActor = (source: string): string => `import:${source}`;

/** What began with numbers of its own: one event for each block. */
export const importStream = (source: string, fileDigest: string): string => streamId('import', source, fileDigest);

/**
 * The numbers of a file's cases: reserved once, found again when the same file comes again with the same cases in it, so
 * that an import that was killed gives the same numbers when it goes on.
 */
export async function numberBlock(store: EventStore, run: ImportRunIdentity, cases: number): Promise<NumberBlock> {
  const stream = importStream(run.source, run.fileDigest);
  for (;;) {
    const events = (await store.readStreams([stream])).get(stream) ?? [];
    const started = events.map((event) => event.data as NumberBlock);
    const known = started.find((block) => block.cases === cases && block.keys === run.keys);
    if (known) return known;
    await reserveNumbers(store, run, cases, started.length);
  }
}

/** Reserves the next numbers for a run of which `begun` blocks are known; without effect where others came before. */
export async function reserveNumbers(
  store: EventStore,
  run: ImportRunIdentity,
  cases: number,
  begun: number,
): Promise<void> {
  const counter = (await store.readStreams([COUNTER])).get(COUNTER) ?? [];
  const { free } = counter.reduce(
    (before, event) => caseNumbersDecider.evolve(before, event as unknown as Fact<CaseNumbersReserved>),
    caseNumbersDecider.initialState,
  );
  const block = { numbersFrom: free, cases, ...(run.keys === undefined ? {} : { keys: run.keys }) };
  const stream = importStream(run.source, run.fileDigest);
  await store.append({
    writes: [
      { streamId: COUNTER, expected: counter.length, events: [reserved(run, block)] },
      { streamId: stream, expected: begun, events: [importStarted(run, block)] },
    ],
  });
}

const identityOf = ({ runId, keys }: ImportRunIdentity, { cases }: NumberBlock) =>
  keys === undefined ? [runId, cases] : [runId, cases, keys];

function reserved(run: ImportRunIdentity, block: NumberBlock): NewEvent {
  const data = { from: block.numbersFrom, count: block.cases };
  return event(run, 'CaseNumbersReserved', data, stableId('numbers', ...identityOf(run, block)));
}

function importStarted(run: ImportRunIdentity, block: NumberBlock): NewEvent {
  return event(run, 'ImportStarted', block, stableId('import', ...identityOf(run, block)));
}

function event(run: ImportRunIdentity, type: string, data: object, eventId: string): NewEvent {
  const metadata = {
    correlationId: run.runId,
    causationId: run.runId,
    actor: importActor(run.source),
    actorRole: 'system',
    source: run.source,
  };
  return { eventId, type, data, schemaVersion: 1, occurredAt: run.at, metadata };
}
