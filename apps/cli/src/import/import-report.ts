import type { RejectedRow } from './rejects-file';

/** `imported + duplicates + ignored + rejected = rows`. */
export interface ImportReport {
  readonly file: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  /** Part of `duplicates`: exact copies within the file, and rows that the log already held. */
  readonly duplicatesOf: { readonly file: number; readonly log: number };
  readonly cases: { readonly inFile: number; readonly new: number; readonly continued: number };
  /** New events by type. */
  readonly events: Readonly<Record<string, number>>;
  /** Visits by how they came about. */
  readonly visits: { readonly arrivals: number; readonly handOvers: number; readonly remote: number };
  readonly rejects: { readonly file: string | null; readonly first: readonly RejectedRow[] };
}

/** The report as people read it. */
export function reportText(report: ImportReport): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  const { cases, visits } = report;
  const events = Object.values(report.events).reduce((sum, count) => sum + count, 0);
  const lines = [
    `${report.file} as "${report.source}"${report.dryRun ? ' (dry run: nothing was written)' : ''}`,
    `rows        ${n(report.rows)}`,
    `imported    ${n(report.imported)}`,
    `duplicates  ${n(report.duplicates)}  (${n(report.duplicatesOf.file)} copies in the file, ${n(report.duplicatesOf.log)} already in the log)`,
    `ignored     ${n(report.ignored)}`,
    `rejected    ${n(report.rejected)}`,
    `cases       ${n(cases.inFile)}  (${n(cases.new)} new, ${n(cases.continued)} continued)`,
    `events      ${n(events)}  (${n(visits.arrivals)} arrivals, ${n(visits.handOvers)} hand-overs, ${n(visits.remote)} remote visits)`,
  ];
  if (report.imported === 0 && report.duplicatesOf.log > 0)
    lines.push('Nothing was imported: the log holds these rows.');
  for (const { row, column, value, reason } of report.rejects.first) {
    lines.push(`row ${row}${column ? `, ${column}` : ''}${value ? ` "${value}"` : ''}: ${reason}`);
  }
  if (report.rejected > report.rejects.first.length) lines.push('...');
  if (report.rejected > 0 && report.rejects.file) lines.push(`Rejected rows: ${report.rejects.file}`);
  return lines.join('\n');
}

/** Counts as they grow. */
export class Tally {
  rows = 0;
  imported = 0;
  /** Of these, in the log: none in a dry run. */
  written = 0;
  ignored = 0;
  duplicatesInFile = 0;
  duplicatesInLog = 0;
  newCases = 0;
  continuedCases = 0;
  private readonly events = new Map<string, number>();
  private arrivals = 0;
  private remote = 0;

  countEvent(event: { readonly type: string; readonly data: object }): void {
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    if (event.type === 'TechnicianArrived') this.arrivals += 1;
    if (event.type === 'VisitCompleted' && 'remote' in event.data) this.remote += 1;
  }

  report(
    given: Pick<ImportReport, 'file' | 'source' | 'dryRun' | 'rejects' | 'rejected'>,
    cases: number,
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
      cases: { inFile: cases, new: this.newCases, continued: this.continuedCases },
      events: Object.fromEntries([...this.events].sort(([a], [b]) => (a < b ? -1 : 1))),
      visits: { arrivals: this.arrivals, handOvers: this.events.get('VisitHandedOver') ?? 0, remote: this.remote },
      rejects: given.rejects,
    };
  }
}
