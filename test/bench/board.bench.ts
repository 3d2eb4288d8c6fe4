import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import type { CaseBoardFilter, Scope } from '@fieldcase/contracts';
import { createPool } from '@fieldcase/postgres';
import { CaseBoardQueries, type QueryClient } from '@fieldcase/read-models';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { boardQuestions, type BoardQuestion } from './kit/board-questions';
import { delaysOf, quantile } from './kit/figures';
import { fillBoard } from './kit/fill-board';
import { buffersOf, scannedTables, type Statement } from './kit/plans';
import { SAMPLE_NOW } from './kit/sample-events';

/**
 * `npm run bench -- board [--cases 1000000] [--runs 100] [--only <part of a name>]`: milliseconds of the first and the
 * tenth page of every queue, filter, sort and search that `GET /cases` offers, one in ten cases being open; one caller
 * at a time. Reference: none; what is held is that no statement reads the whole table.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string', default: '' },
    smoke: { type: 'boolean', default: false },
  },
});
const cases = Number(values.cases ?? (values.smoke ? 20_000 : 1_000_000));
const runs = Number(values.runs ?? (values.smoke ? 1 : 100));
/** Of one page: what is slow is known to be so after a few runs. */
const MOST_MS = 3_000;
const LATE_MS = 50;

/** The pool, and the last statement that was sent to it. */
class Watched implements QueryClient {
  last: Statement = { text: '', values: [] };
  constructor(private readonly pool: Pool) {}

  async query<Row>(text: string, given: readonly unknown[] = []): Promise<{ rows: Row[]; rowCount: number }> {
    this.last = { text, values: given };
    const { rows, rowCount } = await this.pool.query(text, [...given]);
    return { rows: rows as Row[], rowCount: rowCount ?? 0 };
  }
}

type Ask = (nth: number) => { readonly scope: Scope; readonly filter: CaseBoardFilter };

class Board {
  private readonly client: Watched;
  private readonly queries: CaseBoardQueries;

  constructor(
    private readonly pool: Pool,
    private readonly report: BenchReport,
  ) {
    this.client = new Watched(pool);
    this.queries = new CaseBoardQueries(this.client, async () => 0n);
  }

  async measure({ name, ask }: BoardQuestion): Promise<void> {
    await this.page(name, 1, ask);
    const { scope, filter } = ask(0);
    const cursor = await this.cursorOf(scope, filter, 10);
    if (cursor) await this.page(name, 10, () => ({ scope, filter: { ...filter, cursor } }));
  }

  private async page(name: string, page: number, ask: Ask): Promise<void> {
    const [delays, until] = [[] as number[], performance.now() + MOST_MS];
    let rows = 0;
    for (let nth = 0; nth < runs && (nth < 2 || performance.now() < until); nth += 1) {
      const { scope, filter } = ask(nth);
      const began = performance.now();
      const { items } = await this.queries.list(scope, filter, SAMPLE_NOW);
      delays.push(performance.now() - began);
      rows += items.length;
    }
    const { last } = this.client;
    const buffers = await buffersOf(this.pool, last);
    const rowsOfOne = Math.round(rows / delays.length);
    this.report.add({ asked: name, page, runs: delays.length, rows: rowsOfOne, ...delaysOf(delays), buffers });
    const p99 = quantile(delays, 0.99);
    this.report.goal(`${name}, page ${page}: p99 < ${LATE_MS} ms`, p99 < LATE_MS, Number(p99.toFixed(1)));
    const scanned = await scannedTables(this.pool, last);
    this.report.shape(`${name}, page ${page}: no sequential scan`, scanned.length === 0, scanned.join());
  }

  /** Undefined where there are not so many pages. */
  private async cursorOf(scope: Scope, filter: CaseBoardFilter, page: number): Promise<string | undefined> {
    let cursor: string | undefined;
    for (let at = 1; at < page; at += 1) {
      const { next } = await this.queries.list(scope, { ...filter, ...(cursor && { cursor }) }, SAMPLE_NOW);
      if (next === null) return undefined;
      cursor = next;
    }
    return cursor;
  }
}

async function main(): Promise<void> {
  const report = new BenchReport('board');
  const database = await scratchDatabase('bench_board');
  const pool = createPool({ url: database.url, max: 2, name: 'bench-board' });
  try {
    const began = performance.now();
    await fillBoard(database.url, cases);
    report.add({ filled: cases, seconds: Math.round((performance.now() - began) / 1_000) });
    const board = new Board(pool, report);
    for (const question of boardQuestions(cases))
      if (question.name.includes(values.only)) await board.measure(question);
  } finally {
    await pool.end();
    await database.drop();
  }
  report.finish();
}

void main();
