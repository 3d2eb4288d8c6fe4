import type { EventMetadata, Instant, NewEvent, RecordedEvent } from '@fieldcase/eventsourcing';
import { casePersonalFields, type CaseEvent } from '../case/case.events';
import { advance, noProgress, type CaseProgress } from './case-progress';
import { RowProblem, type HistoryPlan } from './history-plan';
import type { HistoryRow, NewEvents, RejectedRow, RowOutcome } from './history-row';
import { LogPlace } from './log-place';
import { closing, resumedByRow, type RowEvents } from './row-events';
import { historyCaseId, stableId } from './stable-id';

/** What keeps a case from beginning. */
type Obstacle = Pick<RejectedRow, 'row' | 'problem'>;

export interface HistoryContext {
  readonly plan: HistoryPlan;
  readonly rowEvents: RowEvents;
  /** Of the second file, where the mapping has one. */
  readonly joined?: { readonly file: string; readonly rowEvents: RowEvents };
  /** Names the run: the same for the same file of the same source. */
  readonly runId: string;
  /** The file begins with its latest rows. */
  readonly newestFirst?: boolean;
}

type PlacedRow = Pick<HistoryRow, 'row' | 'at' | 'digest' | 'joined'>;

/** A part of an event id: which of its row's events it is. */
type EventPart = number | 'end' | 'over';

/**
 * One case of a file on its way into the log. Ids derive from what a row says, never from when or how often the file
 * is read: rows that the log has are recognised, the others go on after them.
 */
export class CaseHistory {
  readonly caseId: string;
  private readonly actor: string;
  private readonly log: LogPlace;
  /** While no row of this run is in the log, the case is what the log says at the file's place. */
  private following = true;
  private progress: CaseProgress = noProgress;
  private seen = new Set<string>();
  private last: HistoryRow | undefined;
  private lastAt = Number.NaN;
  /** Rejected without a time: of several the outermost in the file. */
  private unplaced: Obstacle | undefined;
  private obstacle: Obstacle | undefined;
  private anyRejected = false;
  /** Of the latest row of the first file, for those of the second that belong to it. */
  private latest: RowOutcome | undefined;

  constructor(
    private readonly context: HistoryContext,
    readonly key: string,
    private readonly number: string,
    existing: readonly RecordedEvent[],
  ) {
    this.caseId = historyCaseId(this.source, key);
    this.actor = `import:${this.source}`;
    this.log = new LogPlace(existing, this.source, context.rowEvents);
  }

  add(row: HistoryRow): RowOutcome {
    if (row.joined !== undefined) return this.joinedTo(row, this.latest);
    this.latest = this.outcomeOf(row);
    return this.latest;
  }

  /** What becomes of a row of the second file depends on the row that it belongs to. */
  private joinedTo(row: HistoryRow, to: RowOutcome | undefined): RowOutcome {
    if (to?.kind === 'ignored') return { kind: 'ignored', events: [] };
    if (to !== undefined && to.kind !== 'rejected') return this.outcomeOf(row);
    const problem = new RowProblem(
      `row ${row.row} of the first file, to which it belongs, was rejected`,
      '',
      '',
      'the row of the first file to which it belongs was rejected',
    );
    return { kind: 'rejected', problem, events: [] };
  }

  private outcomeOf(row: HistoryRow): RowOutcome {
    if (this.lastAt !== row.at) this.seen.clear();
    this.lastAt = row.at;
    if (this.seen.has(row.digest)) return { kind: 'duplicate', of: 'file' };
    this.seen.add(row.digest);
    if (this.log.size > 0 && this.log.has(this.eventId(row, 0))) return this.followed(row);
    try {
      return this.ignoredThen(row) ? { kind: 'ignored', events: this.over(row) } : this.imported(row);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      this.rejected(row.row, error);
      return { kind: 'rejected', problem: error, events: this.over(row) };
    }
  }

  /** Rows without a time come first, the others at their place. Answers what the row ends by coming. */
  skip({ row, at, digest, problem }: RejectedRow): NewEvents {
    if (at !== undefined) {
      this.rejected(row, problem);
      return this.over({ row, at, digest });
    }
    this.anyRejected = true;
    if (this.unplaced === undefined || this.precedes(row, this.unplaced.row)) this.unplaced = { row, problem };
    return [];
  }

  /** Nothing of the case is imported, since the row that would report it was rejected. */
  get refused(): boolean {
    return this.anyRejected && !this.begun;
  }

  /** What follows the last row: the closing of a case whose file has none. */
  end(): NewEvents {
    const row = this.last;
    if (!row || this.context.plan.mapping.closeAt !== 'lastRow') return [];
    const progress = this.atEnd();
    if (!progress.reported || progress.closed || progress.ended || progress.at > row.at) return [];
    const eventId = this.eventId(row, 'end');
    if (this.log.has(eventId)) return [];
    const event = closing(progress);
    this.goOn(advance(progress, event, row.at));
    return [this.wrap(row, event, eventId)];
  }

  private get begun(): boolean {
    return this.log.size > 0 || this.progress.reported;
  }

  /**
   * The next row must not report the case instead: every clock would start later than it did, and show as met what was
   * not.
   */
  private rejected(row: number, problem: RowProblem): void {
    this.anyRejected = true;
    if (!this.begun) this.obstacle ??= { row, problem };
  }

  private precedes(row: number, other: number): boolean {
    return this.context.newestFirst ? row > other : row < other;
  }

  private refuseWithoutReport(row: HistoryRow): void {
    if (this.begun || this.eventsOf(row).ignores(row.cells, this.progress)) return;
    if (!this.obstacle && this.unplaced && this.precedes(this.unplaced.row, row.row)) this.obstacle = this.unplaced;
    if (this.obstacle) throw cannotBegin(this.obstacle);
  }

  private get source(): string {
    return this.context.plan.mapping.source;
  }

  private atEnd(): CaseProgress {
    return this.following ? this.log.atEnd() : this.progress;
  }

  /** From here on the file goes on where the log ends. */
  private goOn(progress: CaseProgress): void {
    this.following = false;
    this.progress = progress;
  }

  /** A row that is in the log already. */
  private followed(row: HistoryRow): RowOutcome {
    this.last = row;
    const pausesUntilNextRow = (): boolean => this.eventsOf(row).pausesUntilNextRow(row.cells);
    if (this.following) this.log.follow((nth) => this.eventId(row, nth), pausesUntilNextRow);
    return { kind: 'duplicate', of: 'log' };
  }

  /** It left nothing in the log to be recognised by; that the log did not need it then, it does not now. */
  private ignoredThen(row: HistoryRow): boolean {
    if (!this.following || this.log.size === 0) return false;
    this.passTo(row.at);
    return this.eventsOf(row).ignores(row.cells, this.log.progress);
  }

  private imported(row: HistoryRow): RowOutcome {
    this.refuseWithoutReport(row);
    this.refuseEarlier(row);
    const progress = this.atEnd();
    const drafts = this.drafts(row, progress);
    if (drafts === 'ignored') return { kind: 'ignored', events: this.over(row) };
    this.last = row;
    const pauses = drafts.some(({ type }) => type === 'CasePaused');
    const untilNextRow = pauses && this.eventsOf(row).pausesUntilNextRow(row.cells);
    this.goOn(drafts.reduce((state, event) => advance(state, event, row.at, untilNextRow), progress));
    const events = drafts.map((event, index) => this.wrap(row, event, this.eventId(row, index)));
    return { kind: 'imported', events };
  }

  private passTo(at: Instant): void {
    this.log.passTo(at, this.last && this.eventId(this.last, 'end'));
  }

  /** The log's end counts, wherever the file is: a case grows there only. */
  private refuseEarlier(row: HistoryRow): void {
    const at = this.following ? this.log.at : this.progress.at;
    // What was wrong with the row at its place is wrong for ever: the log has gone on since.
    if (this.following && this.log.progress.reported) this.drafts(row, this.log.progress);
    if (row.at >= at) return;
    const { time } = this.context.plan.mapping;
    const since = new Date(at).toISOString();
    const value = this.context.plan.cell(time.column, row.cells);
    throw new RowProblem(`earlier than what the log already holds of this case (${since})`, time.column, value);
  }

  private drafts(row: HistoryRow, progress: CaseProgress): readonly CaseEvent[] | 'ignored' {
    const { at, cells } = row;
    const visitId = stableId('visit', this.source, this.key, row.digest);
    const inHand = { at, cells, caseId: this.caseId, caseKey: this.key, number: this.number, visitId };
    return this.eventsOf(row).of(inHand, progress);
  }

  private eventsOf({ joined }: PlacedRow): RowEvents {
    return (joined === undefined ? undefined : this.context.joined?.rowEvents) ?? this.context.rowEvents;
  }

  /** A pause until the case's next row is over with this one, though nothing of the row itself is imported. */
  private over(row: PlacedRow): NewEvents {
    if (this.log.size > 0) {
      const eventId = this.eventId(row, 'over');
      if (this.log.has(eventId)) {
        if (this.following) this.log.follow(() => eventId);
        return [];
      }
    }
    if (this.following) {
      this.passTo(row.at);
      // At its place it ended nothing; what began there since is none of its business.
      if (resumedByRow(this.log.progress).length === 0) return [];
    }
    const progress = this.atEnd();
    const events = row.at < progress.at ? [] : resumedByRow(progress);
    if (events.length > 0) this.goOn(events.reduce((state, event) => advance(state, event, row.at), progress));
    return events.map((event) => this.wrap(row, event, this.eventId(row, 'over')));
  }

  private eventId(row: PlacedRow, part: EventPart): string {
    return stableId('event', this.source, this.key, row.digest, part);
  }

  private wrap(row: PlacedRow, event: CaseEvent, eventId: string): NewEvent<CaseEvent> {
    const metadata: EventMetadata = {
      correlationId: this.context.runId,
      causationId: this.context.runId,
      actor: this.actor,
      actorRole: 'system',
      source: this.source,
      row: row.joined ?? row.row,
      ...(row.joined === undefined || !this.context.joined ? {} : { file: this.context.joined.file }),
    };
    return { eventId, ...split(event, this.caseId), schemaVersion: 1, occurredAt: row.at, metadata };
  }
}

function cannotBegin({ row, problem: { reason, column, value } }: Obstacle): RowProblem {
  const culprit = [column, value && `"${value}"`].filter(Boolean).join(' ');
  const why = culprit === '' ? reason : `${culprit}: ${reason}`;
  return new RowProblem(
    `its case cannot begin: row ${row}, which would report it, was rejected (${why})`,
    '',
    '',
    'its case cannot begin: the row which would report it was rejected',
  );
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
