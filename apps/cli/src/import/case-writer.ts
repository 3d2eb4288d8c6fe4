import {
  streamId,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { CaseHistory, caseNumber, historyCaseId, type HistoryContext, type RowOutcome } from '@fieldcase/domain';
import type { StagedRow } from '@fieldcase/postgres';
import type { CaseChunk } from './case-chunks';
import type { Tally } from './import-report';
import type { RejectsFile } from './rejects-file';
import { rejectionOf } from './stage-rows';

/** Events of one append statement, about. */
const EVENTS_PER_APPEND = 400;
const ATTEMPTS = 10;

/** Another writer was in the way for good; what is in the log stays, and the next run goes on after it. */
export class ImportInterrupted extends Error {
  override readonly name = 'ImportInterrupted';
}

interface BuiltChunk {
  readonly chunk: CaseChunk;
  readonly history: CaseHistory;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly outcomes: readonly (readonly [row: StagedRow, outcome: RowOutcome])[];
}

/** Turns chunks of cases into appends, many cases each; counts a chunk when the log has it. */
export class CaseWriter {
  /** A case of several chunks, between two of them. */
  private open: { history: CaseHistory; version: number } | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** @param numbersFrom counter of the file's first case; `dryRun` decides everything and writes nothing */
  constructor(
    private readonly store: EventStore,
    private readonly context: HistoryContext,
    private readonly numbersFrom: number,
    private readonly tally: Tally,
    private readonly rejects: RejectsFile,
    private readonly dryRun: boolean,
  ) {}

  /** Resolves when the batch before this one is in the log: one is decided while the other is written. */
  async write(batch: readonly CaseChunk[]): Promise<void> {
    const existing = await this.existing(batch.filter((chunk) => chunk.first));
    const built: BuiltChunk[] = [];
    for (const chunk of batch) {
      const one = this.build(chunk, existing);
      built.push(one);
      // The next chunk of the same case is decided on this one, so it may not be refused any more.
      if (!chunk.last) {
        await this.appendNext(built.splice(0));
        await this.finish();
        this.open = { history: one.history, version: one.expected + one.events.length };
      }
    }
    await this.appendNext(built);
  }

  /** Resolves when everything is in the log, or what failed is known. */
  async finish(): Promise<void> {
    await this.writing;
  }

  private async appendNext(built: readonly BuiltChunk[]): Promise<void> {
    await this.writing;
    this.writing = this.appendAll(built);
    // Told by the next await; until then it is no unhandled rejection.
    this.writing.catch(() => undefined);
  }

  private async existing(chunks: readonly CaseChunk[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    return this.store.readStreams(chunks.map((chunk) => this.streamOf(chunk.key)));
  }

  private streamOf(key: string): string {
    return streamId('case', historyCaseId(this.context.plan.mapping.source, key));
  }

  private build(chunk: CaseChunk, existing: ReadonlyMap<string, readonly RecordedEvent[]>): BuiltChunk {
    const before = existing.get(this.streamOf(chunk.key)) ?? [];
    const number = caseNumber(this.numbersFrom + chunk.ordinal);
    const begun = chunk.first ? undefined : this.open;
    const history = begun?.history ?? new CaseHistory(this.context, chunk.key, number, before);
    const events: NewEvent[] = [];
    const outcomes: (readonly [StagedRow, RowOutcome])[] = [];
    for (const row of chunk.rows) {
      const rejected = rejectionOf(row);
      if (rejected) {
        events.push(...history.skip(rejected));
        continue;
      }
      const outcome = history.add(row);
      if (outcome.kind !== 'duplicate') events.push(...outcome.events);
      outcomes.push([row, outcome]);
    }
    if (chunk.last) events.push(...history.end());
    return { chunk, history, expected: begun?.version ?? before.length, events, outcomes };
  }

  private async appendAll(built: readonly BuiltChunk[]): Promise<void> {
    const appends: Promise<void>[] = [];
    let group: BuiltChunk[] = [];
    let size = 0;
    const flush = (): void => {
      if (group.length > 0) appends.push(this.append(group));
      [group, size] = [[], 0];
    };
    for (const one of built) {
      group.push(one);
      size += one.events.length;
      if (size >= EVENTS_PER_APPEND) flush();
    }
    flush();
    // All are over before an error is told: nothing goes on in the background.
    const failed = (await Promise.allSettled(appends)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** In a conflict the cases are decided anew on what the log has now. */
  private async append(group: readonly BuiltChunk[]): Promise<void> {
    let current = group;
    for (let attempt = 1; ; attempt += 1) {
      const writes = current.filter((one) => one.events.length > 0).map((one) => this.writeOf(one));
      if (this.dryRun || writes.length === 0) break;
      this.tally.rowsSent = true;
      const result = await this.store.append({ writes });
      if (result.outcome === 'appended') break;
      if (attempt === ATTEMPTS || current.some(({ chunk }) => !chunk.first)) {
        throw new ImportInterrupted('the same cases are being written by someone else; run the import again');
      }
      const existing = await this.existing(current.map(({ chunk }) => chunk));
      current = current.map(({ chunk }) => this.build(chunk, existing));
    }
    for (const one of current) this.count(one);
  }

  private writeOf({ chunk, expected, events }: BuiltChunk): StreamWrite {
    return { streamId: this.streamOf(chunk.key), expected, events };
  }

  private count({ chunk, history, expected, events, outcomes }: BuiltChunk): void {
    if (chunk.first && expected === 0 && events.length > 0) this.tally.newCases += 1;
    if (chunk.first && expected > 0 && events.length > 0) this.tally.continuedCases += 1;
    if (chunk.last && history.refused) this.tally.rejectedCases += 1;
    this.tally.countEvents(chunk.key, events);
    for (const [{ row, joined }, outcome] of outcomes) {
      if (outcome.kind !== 'rejected') {
        this.tally.countRow(outcome, joined !== undefined, !this.dryRun);
        continue;
      }
      const { column, value, reason, kind } = outcome.problem;
      const file = joined === undefined ? undefined : this.context.joined?.file;
      this.rejects.add({ row: joined ?? row, ...(file === undefined ? {} : { file }), column, value, reason }, kind);
    }
  }
}
