import { closeSync, openSync } from 'node:fs';
import { inOrder, SortedRows, writeAll } from './sorted-rows';

export interface RejectedRow {
  readonly row: number;
  /** The second file of a mapping, where the row is one of that. */
  readonly file?: string;
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

interface Kind {
  readonly column: string;
  readonly reason: string;
  count: number;
  row: number;
  /** With the first row of each: which are told does not depend on who was first. */
  readonly values: Map<string, number>;
}

const SHOWN = 5;
/** Where every row has a reason of its own, counting kinds of them says nothing. */
const KINDS = 20;
const VALUES = 8;

/**
 * Rejected rows as CSV, in the order of the file that was read. The file is made with the first of them, so that a folder
 * that cannot be written stops the import early; its rows follow when all are known.
 */
export class RejectsFile {
  count = 0;
  /** The first few of the file, for the report. */
  readonly first: RejectedRow[] = [];
  private readonly byKind = new Map<string, Kind>();
  private readonly rows = new SortedRows<RejectedRow>();
  private file: number | undefined;

  /** @param files whether rows of a second file may come, so that each says which it is of */
  constructor(
    readonly path: string | undefined,
    private readonly files = false,
  ) {}

  /** @param kind the reason without what differs from row to row */
  add(rejected: RejectedRow, kind = rejected.reason): void {
    this.count += 1;
    this.first.push(rejected);
    this.first.sort(inOrder).splice(SHOWN);
    this.countKind(rejected, kind);
    if (this.path === undefined) return;
    this.rows.add(rejected);
    if (this.file !== undefined) return;
    this.writing(rejected.row, () => {
      this.file = openSync(this.path ?? '', 'w');
      // Spreadsheets take a file without a byte order mark for their own code page.
      writeAll(this.file, `\ufeffrow,column,value,reason${this.files ? ',file' : ''}\r\n`);
    });
  }

  /** Writes what was added. Throws RejectsProblem. */
  async finish(): Promise<void> {
    const { file } = this;
    if (file === undefined) return;
    for await (const { row, column, value, reason, file: of = '' } of this.rows.drain()) {
      const cells = [String(row), column, value, reason, ...(this.files ? [of] : [])];
      const line = `${cells.map(cell).join(',')}\r\n`;
      this.writing(row, () => writeAll(file, line));
    }
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.rows.close();
  }

  /** The most frequent first. */
  kinds(): RejectedKind[] {
    return [...this.byKind.values()]
      .sort((a, b) => b.count - a.count || a.row - b.row)
      .map(({ values, ...kind }) => ({
        ...kind,
        values: [...values].sort(([, a], [, b]) => a - b).map(([value]) => value),
      }));
  }

  private countKind({ row, column, value }: RejectedRow, name: string): void {
    const key = `${column}\u001f${name}`;
    const kind = this.byKind.get(key);
    if (!kind && this.byKind.size === KINDS) return;
    const known = kind ?? { row, count: 0, values: new Map<string, number>(), column, reason: name };
    known.count += 1;
    known.row = Math.min(known.row, row);
    if (value !== '') keepFirst(known.values, value, row);
    this.byKind.set(key, known);
  }

  private writing(row: number, write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new RejectsProblem(this.path ?? '', row, error as Error);
    }
  }
}

function keepFirst(values: Map<string, number>, value: string, row: number): void {
  values.set(value, Math.min(row, values.get(value) ?? row));
  if (values.size <= VALUES) return;
  const [last] = [...values].reduce((latest, each) => (each[1] > latest[1] ? each : latest));
  values.delete(last);
}

/** Quoted where needed; what a spreadsheet would run as a formula is shown as text. */
function cell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
