import type { RejectedKind, RejectedRow } from './rejects-file';

export interface RowCounts {
  readonly rows: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
}

/** `imported + duplicates + ignored + rejected = rows`. */
export interface ImportReport {
  readonly file: string;
  readonly source: string;
  readonly dryRun: boolean;
  /** Of both files, where the mapping has a second. */
  readonly rows: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  /** Part of `duplicates`: exact copies within the file, and rows that the log already held. */
  readonly duplicatesOf: { readonly file: number; readonly log: number };
  /** The part of the second file in these counts. */
  readonly joined: (RowCounts & { readonly file: string }) | null;
  readonly cases: {
    readonly inFile: number;
    readonly new: number;
    readonly continued: number;
    /** Nothing of them is imported: the row that would report them was rejected. */
    readonly rejected: number;
  };
  /** New events by type. */
  readonly events: Readonly<Record<string, number>>;
  /** Visits by how they came about. */
  readonly visits: { readonly arrivals: number; readonly handOvers: number; readonly remote: number };
  readonly rejects: {
    /** In a dry run: where they would go. */
    readonly file: string | null;
    readonly first: readonly RejectedRow[];
    readonly kinds: readonly RejectedKind[];
  };
  /** The file's first case that something was imported of: what a mapping makes of it. */
  readonly example: CaseExample | null;
}

export interface CaseExample {
  readonly case: string;
  readonly events: readonly ExampleEvent[];
}

export interface ExampleEvent {
  /** Of the file. */
  readonly row: number;
  /** The second file, where the row is one of that. */
  readonly file?: string;
  /** Local time of the mapping's zone, as in 2026-03-02 08:10:00. */
  readonly at: string;
  readonly type: string;
}

/** The report as people read it. */
export function reportText(report: ImportReport): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  const { cases, visits } = report;
  const rejectedCases = cases.rejected > 0 ? `, ${n(cases.rejected)} rejected with their first row` : '';
  const events = Object.values(report.events).reduce((sum, count) => sum + count, 0);
  const lines = [
    `${report.file} as "${report.source}"${report.dryRun ? ' (dry run: nothing was written)' : ''}`,
    `rows        ${n(report.rows)}`,
    `imported    ${n(report.imported)}`,
    `duplicates  ${n(report.duplicates)}  (${n(report.duplicatesOf.file)} copies in the file, ${n(report.duplicatesOf.log)} already in the log)`,
    `ignored     ${n(report.ignored)}`,
    `rejected    ${n(report.rejected)}`,
    `cases       ${n(cases.inFile)}  (${n(cases.new)} new, ${n(cases.continued)} continued${rejectedCases})`,
    `events      ${n(events)}  (${n(visits.arrivals)} arrivals, ${n(visits.handOvers)} hand-overs, ${n(visits.remote)} remote visits)`,
  ];
  if (report.joined) {
    const { file, rows, imported, duplicates, ignored, rejected } = report.joined;
    const counts = `${n(imported)} imported, ${n(duplicates)} duplicates, ${n(ignored)} ignored, ${n(rejected)} rejected`;
    lines.splice(1, 0, `with        ${file}: ${n(rows)} rows, ${counts}`);
  }
  if (report.imported === 0 && report.duplicatesOf.log > 0)
    lines.push('Nothing was imported: the log holds these rows.');
  if (report.example) lines.push(...exampleLines(report.example));
  if (report.rejected > 0) lines.push(...rejectLines(report));
  return lines.join('\n');
}

function exampleLines({ case: key, events }: CaseExample): string[] {
  const lines = events.map(
    ({ row, file, at, type }) =>
      `  row ${String(row).padEnd(6)} ${at}  ${type}${file === undefined ? '' : `  (${file})`}`,
  );
  return [`What became of case ${key}, for example:`, ...lines];
}

function rejectLines({ rejected, rejects: { first, kinds, file }, dryRun }: ImportReport): string[] {
  const lines = first.map(
    ({ row, file: of, column, value, reason }) =>
      `${of === undefined ? '' : `${of}, `}row ${row}${column ? `, ${column}` : ''}${value ? ` "${value}"` : ''}: ${reason}`,
  );
  if (rejected > first.length) {
    lines.push('...', 'By reason:');
    for (const { count, column, reason, values } of kinds) {
      const examples = values.length > 0 ? ` (${values.map((value) => `"${value}"`).join(', ')})` : '';
      lines.push(`  ${count} ${count === 1 ? 'row' : 'rows'}${column ? `, ${column}` : ''}: ${reason}${examples}`);
    }
    const others = rejected - kinds.reduce((sum, { count }) => sum + count, 0);
    if (others > 0) lines.push(`  ${others} rows: other reasons`);
  }
  if (file) lines.push(dryRun ? `Without --dry-run they go to ${file}` : `Rejected rows: ${file}`);
  return lines;
}

type CountedOutcome =
  { readonly kind: 'imported' | 'ignored' } | { readonly kind: 'duplicate'; readonly of: 'file' | 'log' };

interface TalliedEvent {
  readonly type: string;
  readonly data: object;
  readonly occurredAt: number;
  readonly metadata: { readonly row?: unknown; readonly file?: unknown };
}

/** A case of more events is no example that people read to its end. */
const EXAMPLE_EVENTS = 20;

/** Counts as they grow. */
export class Tally {
  rows = 0;
  imported = 0;
  /** Of these, in the log: none in a dry run. */
  written = 0;
  /** Numbers for its cases were asked for: they are in the log before any row is. */
  numbersAsked = false;
  /** Rows were given to the log, which may hold them though it did not answer. */
  rowsSent = false;
  ignored = 0;
  duplicatesInFile = 0;
  duplicatesInLog = 0;
  newCases = 0;
  continuedCases = 0;
  rejectedCases = 0;
  private readonly events = new Map<string, number>();
  private longest: { readonly key: string; readonly events: readonly TalliedEvent[] } | undefined;
  private readonly ofJoined = { imported: 0, duplicates: 0, ignored: 0 };
  private arrivals = 0;
  private remote = 0;

  /** Of a case or of a part of one; the case of which most is told becomes the example, the first by name of several. */
  countEvents(key: string, events: readonly TalliedEvent[]): void {
    for (const event of events) this.countEvent(event);
    if (events.length === 0 || events.length > EXAMPLE_EVENTS) return;
    const known = this.longest?.events.length ?? 0;
    const better = events.length > known || (events.length === known && key < (this.longest?.key ?? ''));
    if (better) this.longest = { key, events };
  }

  /** An imported, repeated or ignored row; @param joined whether it is of the second file */
  countRow(outcome: CountedOutcome, joined: boolean, written: boolean): void {
    const of = this.ofJoined;
    if (outcome.kind === 'imported') {
      this.imported += 1;
      if (written) this.written += 1;
    }
    if (outcome.kind === 'ignored') this.ignored += 1;
    if (outcome.kind === 'duplicate') this[outcome.of === 'file' ? 'duplicatesInFile' : 'duplicatesInLog'] += 1;
    if (joined) of[outcome.kind === 'duplicate' ? 'duplicates' : outcome.kind] += 1;
  }

  /** The part of the second file, of which all other rows were rejected. */
  joined(file: string, rows: number): RowCounts & { readonly file: string } {
    const { imported, duplicates, ignored } = this.ofJoined;
    return { file, rows, imported, duplicates, ignored, rejected: rows - imported - duplicates - ignored };
  }

  private countEvent(event: TalliedEvent): void {
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    if (event.type === 'TechnicianArrived') this.arrivals += 1;
    if (event.type === 'VisitCompleted' && 'remote' in event.data) this.remote += 1;
  }

  report(
    given: Pick<ImportReport, 'file' | 'source' | 'dryRun' | 'rejects' | 'rejected' | 'joined'>,
    cases: number,
    zone: string,
  ): ImportReport {
    const { rows, imported, ignored } = this;
    return {
      file: given.file,
      source: given.source,
      dryRun: given.dryRun,
      rows,
      imported,
      duplicates: this.duplicatesInFile + this.duplicatesInLog,
      ignored,
      rejected: given.rejected,
      duplicatesOf: { file: this.duplicatesInFile, log: this.duplicatesInLog },
      joined: given.joined,
      cases: {
        inFile: cases,
        new: this.newCases,
        continued: this.continuedCases,
        rejected: this.rejectedCases,
      },
      events: Object.fromEntries([...this.events].sort(([a], [b]) => (a < b ? -1 : 1))),
      visits: { arrivals: this.arrivals, handOvers: this.events.get('VisitHandedOver') ?? 0, remote: this.remote },
      rejects: given.rejects,
      example: this.longest ? exampleOf(this.longest.key, this.longest.events, zone) : null,
    };
  }
}

function exampleOf(key: string, events: readonly TalliedEvent[], zone: string): CaseExample {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return {
    case: key,
    events: events.map(({ type, occurredAt, metadata }) => ({
      row: Number(metadata.row),
      ...(typeof metadata.file === 'string' ? { file: metadata.file } : {}),
      at: local.format(occurredAt),
      type,
    })),
  };
}
