import type { Row } from './figures';

/** Gathers what a bench measures, prints it as JSON lines and as a table, and says what of it is as it should be. */
export class BenchReport {
  /** By their columns: different parts of one bench have different ones, and a table each. */
  private readonly tables = new Map<string, Row[]>();
  private failures = 0;

  constructor(private readonly bench: string) {}

  add(row: Row): void {
    const columns = Object.keys(row).join();
    this.tables.set(columns, [...(this.tables.get(columns) ?? []), row]);
    console.log(JSON.stringify({ bench: this.bench, ...row }));
  }

  /** What holds on every machine and at every size: ratios of the same run, plans, counts. Fails the bench where it does not. */
  shape(what: string, holds: boolean, measured: string | number): void {
    this.tell('shape', what, holds, measured);
    if (!holds) this.failures += 1;
  }

  /** What is asked of a full run on a quiet machine: told, and fails nothing. */
  goal(what: string, holds: boolean, measured: string | number): void {
    this.tell('goal', what, holds, measured);
  }

  /** Sets the exit code. */
  finish(): void {
    for (const rows of this.tables.values()) console.table(rows);
    if (this.failures > 0) process.exitCode = 1;
  }

  private tell(kind: 'shape' | 'goal', what: string, holds: boolean, measured: string | number): void {
    console.log(JSON.stringify({ bench: this.bench, [kind]: what, holds, measured }));
  }
}
