import { joinedColumnsOf, joinedPlan, RowProblem, type HistoryMapping, type JoinSource } from '@fieldcase/domain';
import type { JoiningRow } from '@fieldcase/postgres';
import { FileProblem, type FileRow, type FileRows } from './file-rows';
import type { RejectedRow } from './rejects-file';
import { digestOf, namesIn, refuseDamaged } from './sound-rows';

/** So that a row of the second file is never taken for one of the first. */
const JOINED = 'joined';

/** Reads the second file of a mapping, and rejects rows that name none of the first. */
export class JoiningRows {
  rows = 0;

  /** @param name of the file, as it is told */
  constructor(
    private readonly file: FileRows,
    readonly name: string,
    private readonly mapping: HistoryMapping,
    private readonly join: JoinSource,
    private readonly reject: (row: RejectedRow) => void,
  ) {}

  /** @param onBatch after each batch. Throws FileProblem, MappingRefused. */
  async *batches(onBatch: () => void): AsyncGenerator<readonly JoiningRow[]> {
    let read: ((row: FileRow) => JoiningRow) | undefined;
    try {
      for await (const { header, rows } of this.file.batches()) {
        read ??= this.reader(header);
        const staged: JoiningRow[] = [];
        for (const row of rows) {
          const one = this.soundOr(row, read);
          if (one) staged.push(one);
        }
        this.rows += rows.length;
        yield staged;
        onBatch();
      }
    } catch (error) {
      throw error instanceof FileProblem ? new FileProblem(told(this.name, error.message)) : error;
    }
  }

  /** After the last row. */
  digest(): string {
    return this.file.digest();
  }

  private reader(header: readonly string[]): (row: FileRow) => JoiningRow {
    const columns = [...joinedColumnsOf(this.join).keys()];
    const names = namesIn(header, columns);
    const plan = joinedPlan(this.mapping, this.join, names);
    const indexes = columns.map((column) => names.indexOf(column));
    return ({ row, cells }) => {
      refuseDamaged(cells, names);
      const digest = digestOf([JOINED, ...cells]);
      return { on: plan.onOf(cells), row, digest, cells: indexes.map((index) => cells[index] ?? '') };
    };
  }

  private soundOr(row: FileRow, read: (row: FileRow) => JoiningRow): JoiningRow | undefined {
    try {
      return read(row);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const { column, value, reason } = error;
      this.reject({ row: row.row, file: this.name, column, value, reason });
      return undefined;
    }
  }

  /** A row that belongs to none of the first file. */
  alone({ row, on }: Pick<JoiningRow, 'row' | 'on'>): void {
    const reason = `no row of the first file that could be read has this name`;
    this.reject({ row, file: this.name, column: this.join.on, value: on, reason });
  }
}

const told = (name: string, message: string): string => (message.includes(name) ? message : `${name}, ${message}`);
