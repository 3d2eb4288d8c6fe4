import { streamId, type EventStore, type Fact, type NewEvent } from '@fieldcase/eventsourcing';
import { caseNumbersDecider, stableId } from '@fieldcase/domain';
import type { CaseNumbersReserved } from '@fieldcase/domain/events';

const COUNTER = streamId('case-numbers', 'all');

/** One block of case numbers for a run of a file. */
export interface NumberBlock {
  readonly numbersFrom: number;
  readonly cases: number;
}

export interface ImportRunIdentity {
  readonly source: string;
  readonly fileDigest: string;
  /** The same for the same file of the same source. */
  readonly runId: string;
  /** Of the file's earliest row, epoch ms: a run that is started again writes the same events. */
  readonly at: number;
}

/**
 * The numbers of a file's cases: reserved once, found again when the same file comes again, so that an import that
 * was killed gives the same numbers when it goes on.
 */
export async function numberBlock(store: EventStore, run: ImportRunIdentity, cases: number): Promise<NumberBlock> {
  const importStream = streamId('import', run.source, run.fileDigest);
  for (;;) {
    const streams = await store.readStreams([COUNTER, importStream]);
    const started = (streams.get(importStream) ?? []).map((event) => event.data as NumberBlock);
    const known = started.find((block) => block.cases === cases);
    if (known) return known;
    const counter = streams.get(COUNTER) ?? [];
    const state = counter.reduce(
      (before, event) => caseNumbersDecider.evolve(before, event as unknown as Fact<CaseNumbersReserved>),
      caseNumbersDecider.initialState,
    );
    const block = { numbersFrom: state.free, cases };
    const result = await store.append({
      writes: [
        { streamId: COUNTER, expected: counter.length, events: [reserved(run, block)] },
        { streamId: importStream, expected: started.length, events: [importStarted(run, block)] },
      ],
    });
    if (result.outcome === 'appended') return block;
  }
}

function reserved(run: ImportRunIdentity, block: NumberBlock): NewEvent {
  const data = { from: block.numbersFrom, count: block.cases };
  return event(run, 'CaseNumbersReserved', data, stableId('numbers', run.runId, block.cases));
}

function importStarted(run: ImportRunIdentity, block: NumberBlock): NewEvent {
  return event(run, 'ImportStarted', block, stableId('import', run.runId, block.cases));
}

function event(run: ImportRunIdentity, type: string, data: object, eventId: string): NewEvent {
  const metadata = {
    correlationId: run.runId,
    causationId: run.runId,
    actor: `import:${run.source}`,
    actorRole: 'system',
    source: run.source,
  };
  return { eventId, type, data, schemaVersion: 1, occurredAt: run.at, metadata };
}
