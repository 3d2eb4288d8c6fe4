import { createHash } from 'node:crypto';
import {
  columnsOf,
  historyPlan,
  RowProblem,
  type HistoryMapping,
  type HistoryPlan,
  type RejectedRow,
} from '@fieldcase/domain';
import type { StagedRow } from '@fieldcase/postgres';
import type { FileRow, FileRows } from './file-rows';
import { digestOf, namesIn, refuseDamaged } from './sound-rows';
import type { RejectsFile } from './rejects-file';

/** As far as a command may be ahead. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** Before the digest of a row that is rejected already: it tells its case that something was there. */
const REJECTED = '!';
/** Where the time of such a row cannot be read: before all others of its case. */
const UNPLACED = Number.MIN_SAFE_INTEGER;

/** Reads a file into the rows of its cases, and rejects those that have no case or no time. */
export class RowStager {
  rows = 0;
  staged = 0;
  /** Of the earliest row, epoch ms; undefined while there is none with a case and a time. */
  firstAt: number | undefined;
  private key: string | undefined;
  private readonly keys = createHash('sha256');
  private steps = 0;
  private lastAt: number | undefined;
  private columns: Columns | undefined;

  constructor(
    private readonly file: FileRows,
    private readonly mapping: HistoryMapping,
    private readonly rejects: RejectsFile,
    /** Nothing in it has happened later; epoch ms. */
    private readonly now: number,
  ) {}

  /** Whether the file goes back in time. */
  get newestFirst(): boolean {
    return this.steps < 0;
  }

  /** After the last row: tells apart files of other cases, or of the same in another order. */
  keysDigest(): string {
    return this.keys.digest('hex');
  }

  /** @param onBatch after each batch */
  async *batches(onBatch: () => void): AsyncGenerator<readonly StagedRow[]> {
    for await (const { header, rows } of this.file.batches()) {
      this.columns ??= columnsOfFile(this.mapping, header);
      const staged: StagedRow[] = [];
      for (const row of rows) {
        const one = this.stage(row, this.columns);
        if (one) staged.push(one);
      }
      this.rows += rows.length;
      this.staged += staged.length;
      yield staged;
      onBatch();
    }
  }

  get empty(): boolean {
    return this.columns === undefined;
  }

  private stage(row: FileRow, columns: Columns): StagedRow | undefined {
    let staged: StagedRow | undefined;
    try {
      staged = stagedRow(row, columns);
      this.refuseFuture(row, staged.at, columns);
      this.place(staged.at);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const { column, value, reason } = error;
      this.rejects.add({ row: row.row, column, value, reason });
      staged = rejectedRow(row, columns, error);
      // What it ends by coming has ended by now, not in the future.
      if (staged) staged = { ...staged, at: Math.min(staged.at, this.now) };
    }
    if (staged && staged.key !== this.key) this.keys.update(`${staged.key.length}:${staged.key}`);
    this.key = staged?.key ?? this.key;
    return staged;
  }

  /** Every command on such a case would come before its report. */
  private refuseFuture({ cells }: FileRow, at: number, { names }: Columns): void {
    if (at <= this.now + CLOCK_SKEW_MS) return;
    const { column } = this.mapping.time;
    const value = cells[names.indexOf(column)] ?? '';
    throw new RowProblem('lies in the future: history tells what has happened', column, value);
  }

  private place(at: number): void {
    this.firstAt = Math.min(this.firstAt ?? at, at);
    this.steps += Math.sign(at - (this.lastAt ?? at));
    this.lastAt = at;
  }
}

/** Undefined for a row that can be imported. */
export function rejectionOf({ row, at, digest, cells }: StagedRow): RejectedRow | undefined {
  if (!digest.startsWith(REJECTED)) return undefined;
  const [reason = '', column, value] = cells;
  return { row, at: at === UNPLACED ? undefined : at, digest, problem: new RowProblem(reason, column, value) };
}

interface Columns {
  readonly names: readonly string[];
  readonly plan: HistoryPlan;
  /** Of the columns that the mapping reads. */
  readonly indexes: readonly number[];
}

function columnsOfFile(mapping: HistoryMapping, header: readonly string[]): Columns {
  const columns = [...columnsOf(mapping).keys()];
  const names = namesIn(header, columns);
  return { names, plan: historyPlan(mapping, names), indexes: columns.map((column) => names.indexOf(column)) };
}

function stagedRow({ row, cells }: FileRow, { names, plan, indexes }: Columns): StagedRow {
  refuseDamaged(cells, names);
  const { join } = plan.mapping;
  return {
    key: plan.keyOf(cells),
    at: plan.timeOf(cells),
    row,
    digest: digestOf(cells),
    cells: indexes.map((index) => cells[index] ?? ''),
    ...(join ? { on: plan.cell(join.on, cells) || undefined } : {}),
  };
}

/** A rejected row as its case learns of it; undefined where it names no case. */
function rejectedRow(
  { row, cells }: FileRow,
  { plan }: Columns,
  { reason, column, value }: RowProblem,
): StagedRow | undefined {
  const key = unlessProblem(() => plan.keyOf(cells));
  if (key === undefined || key.includes('\u0000')) return undefined;
  const at = unlessProblem(() => plan.timeOf(cells)) ?? UNPLACED;
  return { key, at, row, digest: `${REJECTED}${digestOf(cells)}`, cells: [reason, column, value] };
}

function unlessProblem<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RowProblem) return undefined;
    throw error;
  }
}
