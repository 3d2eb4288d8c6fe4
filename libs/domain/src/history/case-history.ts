import type { EventMetadata, Instant, NewEvent, RecordedEvent } from '@fieldcase/eventsourcing';
import { casePersonalFields, type CaseEvent } from '../case/case.events';
import { advance, noProgress, type CaseProgress } from './case-progress';
import { RowProblem, type Cells, type HistoryPlan } from './history-plan';
import { closing, type RowEvents } from './row-events';
import { historyCaseId, stableId } from './stable-id';

/** A row of one case; rows come in order of time, then of the file. */
export interface HistoryRow {
  /** 1-based place in the file, the header is row 1. */
  readonly row: number;
  readonly at: Instant;
  readonly cells: Cells;
  /** The same for exact copies only. */
  readonly digest: string;
}

export type RowOutcome =
  | { readonly kind: 'imported'; readonly events: readonly NewEvent<CaseEvent>[] }
  /** An exact copy of a row, in the file or already in the log. */
  | { readonly kind: 'duplicate'; readonly of: 'file' | 'log' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected'; readonly problem: RowProblem };

export interface HistoryContext {
  readonly plan: HistoryPlan;
  readonly rowEvents: RowEvents;
  /** Names the run: the same for the same file of the same source. */
  readonly runId: string;
}

/**
 * One case of a file on its way into the log. Ids derive from what a row says, never from when or how often the file
 * is read: rows that the log has are recognised, the others go on after them.
 */
export class CaseHistory {
  readonly caseId: string;
  private readonly actor: string;
  /** While every row so far is in the log, the file is followed from its beginning. */
  private following: boolean;
  private progress: CaseProgress = noProgress;
  private readonly inLog: CaseProgress;
  private readonly known: ReadonlySet<string>;
  private seen = new Set<string>();
  private last: HistoryRow | undefined;
  private lastAt = Number.NaN;

  constructor(
    private readonly context: HistoryContext,
    readonly key: string,
    private readonly number: string,
    existing: readonly RecordedEvent[],
  ) {
    this.caseId = historyCaseId(this.source, key);
    this.actor = `import:${this.source}`;
    this.known = new Set(existing.map((event) => event.eventId));
    this.following = existing.length > 0;
    this.inLog = existing.reduce((state, event) => advance(state, event, event.occurredAt), noProgress);
  }

  add(row: HistoryRow): RowOutcome {
    if (this.lastAt !== row.at) this.seen.clear();
    this.lastAt = row.at;
    if (this.seen.has(row.digest)) return { kind: 'duplicate', of: 'file' };
    this.seen.add(row.digest);
    try {
      if (this.known.size > 0 && this.known.has(this.eventId(row, 0))) return this.followed(row);
      const drafts = this.drafts(row);
      if (drafts === 'ignored') return { kind: 'ignored' };
      return this.imported(row, this.following ? this.goOnAfterLog(row) : drafts);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      return { kind: 'rejected', problem: error };
    }
  }

  /** What follows the last row: the closing of a case whose file has none. */
  end(): readonly NewEvent<CaseEvent>[] {
    const row = this.last;
    if (!row || this.context.plan.mapping.closeAt !== 'lastRow') return [];
    const progress = this.following ? this.inLog : this.progress;
    if (!progress.reported || progress.closed || progress.ended || progress.at > row.at) return [];
    const eventId = this.eventId(row, 'end');
    if (this.known.has(eventId)) return [];
    const event = closing(progress);
    this.progress = advance(progress, event, row.at);
    return [this.wrap(row, event, eventId)];
  }

  private get source(): string {
    return this.context.plan.mapping.source;
  }

  /** The first row that the log does not have: from here on the log's own state counts, not the file's. */
  private goOnAfterLog(row: HistoryRow): readonly CaseEvent[] {
    this.refuseEarlier(row, this.inLog);
    this.following = false;
    this.progress = this.inLog;
    const drafts = this.drafts(row);
    return drafts === 'ignored' ? [] : drafts;
  }

  private refuseEarlier(row: HistoryRow, progress: CaseProgress): void {
    if (row.at >= progress.at) return;
    const { time } = this.context.plan.mapping;
    const since = new Date(progress.at).toISOString();
    const value = this.context.plan.cell(time.column, row.cells);
    throw new RowProblem(`earlier than what the log already holds of this case (${since})`, time.column, value);
  }

  private drafts(row: HistoryRow): readonly CaseEvent[] | 'ignored' {
    const { at, cells } = row;
    const visitId = stableId('visit', this.source, this.key, row.digest);
    const inHand = { at, cells, caseId: this.caseId, caseKey: this.key, number: this.number, visitId };
    return this.context.rowEvents.of(inHand, this.progress);
  }

  /** A row that is in the log already: only the state while following goes on. */
  private followed(row: HistoryRow): RowOutcome {
    this.last = row;
    if (this.following) {
      const drafts = this.drafts(row);
      if (drafts !== 'ignored') this.apply(row, drafts);
    }
    return { kind: 'duplicate', of: 'log' };
  }

  private imported(row: HistoryRow, drafts: readonly CaseEvent[]): RowOutcome {
    if (drafts.length === 0) return { kind: 'ignored' };
    this.refuseEarlier(row, this.progress);
    this.last = row;
    this.apply(row, drafts);
    return { kind: 'imported', events: drafts.map((event, index) => this.wrap(row, event, this.eventId(row, index))) };
  }

  private apply(row: HistoryRow, drafts: readonly CaseEvent[]): void {
    for (const event of drafts) this.progress = advance(this.progress, event, row.at);
  }

  private eventId(row: HistoryRow, index: number | 'end'): string {
    return stableId('event', this.source, this.key, row.digest, index);
  }

  private wrap(row: HistoryRow, event: CaseEvent, eventId: string): NewEvent<CaseEvent> {
    const metadata: EventMetadata = {
      correlationId: this.context.runId,
      causationId: this.context.runId,
      actor: this.actor,
      actorRole: 'system',
      source: this.source,
      row: row.row,
    };
    return { eventId, ...split(event, this.caseId), schemaVersion: 1, occurredAt: row.at, metadata };
  }
}

type SplitEvent = Pick<NewEvent<CaseEvent>, 'type' | 'data' | 'personal'>;

/** Personal fields go apart, under the case as their subject. */
function split(event: CaseEvent, subjectId: string): SplitEvent {
  const { type } = event;
  const fields: readonly string[] = casePersonalFields[type];
  const data: Record<string, unknown> = {};
  const personal: Record<string, unknown> = {};
  let any = false;
  for (const [name, value] of Object.entries(event.data)) {
    const apart = fields.includes(name);
    any ||= apart;
    (apart ? personal : data)[name] = value;
  }
  return any ? { type, data, personal: { subjectId, data: personal } } : { type, data };
}
