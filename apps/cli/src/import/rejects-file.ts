import { closeSync, openSync, writeSync } from 'node:fs';

export interface RejectedRow {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** Rejected rows of one kind. */
export interface RejectedKind {
  readonly column: string;
  readonly reason: string;
  readonly count: number;
  /** The first one. */
  readonly row: number;
  /** Some of the values, each once. */
  readonly values: readonly string[];
}

/** The rejects could not be written: the import stops, with the row that is missing from them. */
export class RejectsProblem extends Error {
  constructor(path: string, row: number, cause: Error) {
    super(`row ${row} was rejected, but ${path} cannot be written: ${cause.message}`, { cause });
    this.name = 'RejectsProblem';
  }
}

const SHOWN = 5;
/** Where every row has a reason of its own, counting kinds of them says nothing. */
const KINDS = 20;
const VALUES = 8;

/** Rejected rows as CSV; the file is made with the first one. Lines are written at once: rejects are rare. */
export class RejectsFile {
  count = 0;
  /** The first few, for the report. */
  readonly first: RejectedRow[] = [];
  private readonly byKind = new Map<string, { row: number; count: number; values: Set<string>; of: RejectedRow }>();
  private file: number | undefined;

  constructor(readonly path: string | undefined) {}

  add(rejected: RejectedRow): void {
    this.count += 1;
    if (this.first.length < SHOWN) this.first.push(rejected);
    this.countKind(rejected);
    if (this.path === undefined) return;
    try {
      if (this.file === undefined) {
        this.file = openSync(this.path, 'w');
        // Spreadsheets take a file without a byte order mark for their own code page.
        this.write(this.file, '\ufeffrow,column,value,reason\r\n');
      }
      const { row, column, value, reason } = rejected;
      this.write(this.file, `${[String(row), column, value, reason].map(cell).join(',')}\r\n`);
    } catch (error) {
      throw new RejectsProblem(this.path, rejected.row, error as Error);
    }
  }

  /** The most frequent first. */
  kinds(): RejectedKind[] {
    return [...this.byKind.values()]
      .sort((a, b) => b.count - a.count || a.row - b.row)
      .map(({ row, count, values, of: { column, reason } }) => ({ column, reason, count, row, values: [...values] }));
  }

  private countKind(rejected: RejectedRow): void {
    const name = `${rejected.column}\u001f${rejected.reason}`;
    const kind = this.byKind.get(name);
    if (!kind && this.byKind.size === KINDS) return;
    const known = kind ?? { row: rejected.row, count: 0, values: new Set<string>(), of: rejected };
    known.count += 1;
    if (known.values.size < VALUES && rejected.value !== '') known.values.add(rejected.value);
    this.byKind.set(name, known);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private write(file: number, text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
  }
}

/** Quoted where needed; what a spreadsheet would run as a formula is shown as text. */
function cell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
