import { createHash, hash, type Hash } from 'node:crypto';
import type { EventStore } from '@fieldcase/eventsourcing';
import {
  columnsOf,
  historyPlan,
  MappingRefused,
  RowEvents,
  RowProblem,
  stableId,
  type HistoryMapping,
  type HistoryPlan,
  type HistoryReferences,
} from '@fieldcase/domain';
import { HistoryStaging, type StagedRow } from '@fieldcase/postgres';
import { caseBatches } from './case-chunks';
import { numberBlock, type ImportRunIdentity } from './case-numbers';
import { CaseWriter } from './case-writer';
import { FileProblem, FileRows, type FileRow } from './file-rows';
import { Tally, type ImportReport } from './import-report';
import { RejectsFile } from './rejects-file';

/** The import ended early; says what the log holds by then. */
export class ImportStopped extends Error {
  constructor(cause: unknown, { written, numbersAsked }: Pick<Tally, 'written' | 'numbersAsked'>) {
    const nothing = numbersAsked
      ? 'No row was written to the log; numbers may be set aside for its cases: run it again to go on.'
      : 'Nothing was written to the log.';
    const state =
      written === 0
        ? nothing
        : `The log holds ${written} rows of this run, whole cases in the order of their keys; run it again to go on.`;
    super(`${cause instanceof Error ? cause.message : String(cause)}\n${state}`, { cause });
    this.name = 'ImportStopped';
  }
}

/** How far an import is: `read` in bytes of the file, `write` in rows. */
export interface ImportProgress {
  readonly phase: 'read' | 'write';
  readonly done: number;
  readonly total: number;
  /** Rows so far, for the rate. */
  readonly rows: number;
}

export interface ImportOptions {
  readonly file: string;
  readonly mapping: HistoryMapping;
  readonly databaseUrl: string;
  readonly store: EventStore;
  readonly references: HistoryReferences;
  readonly dryRun?: boolean;
  /** Where rejected rows go; absent: they are only counted. */
  readonly rejects?: string;
  /** Rows that are turned into events at once, while those before them are written; 2,000 when absent. */
  readonly batchRows?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
}

const BATCH_ROWS = 2_000;
/** Between cells of a row where they are digested. */
const SEPARATOR = '\u001f';

/**
 * Imports a file of history. Reading and checking the file comes first: until all of it is staged, nothing is
 * written. Throws MappingRefused, FileProblem for a file that is none, else ImportStopped.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { mapping } = options;
  const file = new FileRows(options.file, { ...mapping.format, encoding: mapping.encoding });
  const rejects = new RejectsFile(options.dryRun ? undefined : options.rejects);
  const tally = new Tally();
  const keys = createHash('sha256');
  const staging = await HistoryStaging.open(options.databaseUrl);
  try {
    await staging.copy(stagedRows(file, options, tally, rejects, keys));
    const { cases, firstAt } = await staging.totals();
    if (firstAt !== undefined) {
      const of = { source: mapping.source, fileDigest: file.digest() };
      const runId = stableId('run', of.source, of.fileDigest);
      const run = { ...of, runId, keys: keys.digest('hex'), at: firstAt };
      await writeCases(options, staging, run, cases, tally, rejects);
    }
    const { file: name, dryRun = false, rejects: path = null } = options;
    const told = { file: path, first: rejects.first, kinds: rejects.kinds() };
    const rejected = { rejected: rejects.count, rejects: told };
    return tally.report({ file: name, source: mapping.source, dryRun, ...rejected }, cases, mapping.time.zone);
  } catch (error) {
    throw error instanceof MappingRefused ? error : new ImportStopped(error, tally);
  } finally {
    rejects.close();
    await staging.close();
  }
}

async function writeCases(
  options: ImportOptions,
  staging: HistoryStaging,
  run: ImportRunIdentity,
  cases: number,
  tally: Tally,
  rejects: RejectsFile,
): Promise<void> {
  const { mapping, store, dryRun = false, batchRows = BATCH_ROWS } = options;
  tally.numbersAsked = !dryRun;
  const { numbersFrom } = dryRun ? { numbersFrom: 0 } : await numberBlock(store, run, cases);
  const plan = historyPlan(mapping, [...columnsOf(mapping).keys()]);
  const context = { plan, rowEvents: new RowEvents(plan, options.references), runId: run.runId };
  const writer = new CaseWriter(store, context, numbersFrom, tally, rejects, dryRun);
  const total = tally.rows - rejects.count;
  let done = 0;
  try {
    for await (const batch of caseBatches(staging.rows(batchRows), batchRows)) {
      await writer.write(batch);
      done += batch.reduce((sum, chunk) => sum + chunk.rows.length, 0);
      options.onProgress?.({ phase: 'write', done, total, rows: done });
    }
  } finally {
    await writer.finish();
  }
}

/** Every row with a case and a time; the others go to the rejects. @param keys takes the names of the cases */
async function* stagedRows(
  file: FileRows,
  options: ImportOptions,
  tally: Tally,
  rejects: RejectsFile,
  keys: Hash,
): AsyncGenerator<readonly StagedRow[]> {
  let stage: ((row: FileRow) => StagedRow) | undefined;
  let key: string | undefined;
  for await (const batch of file.batches()) {
    const rows = stage ? batch : batch.slice(1);
    stage ??= stager(options.mapping, batch[0]?.cells ?? []);
    const staged: StagedRow[] = [];
    for (const row of rows) {
      tally.rows += 1;
      try {
        const one = stage(row);
        staged.push(one);
        if (one.key !== key) keys.update(`${one.key.length}:${one.key}`);
        ({ key } = one);
      } catch (error) {
        if (!(error instanceof RowProblem)) throw error;
        rejects.add({ row: row.row, column: error.column, value: error.value, reason: error.reason });
      }
    }
    yield staged;
    options.onProgress?.({ phase: 'read', done: file.bytesRead, total: file.size, rows: tally.rows });
  }
  if (!stage) throw new FileProblem(`${options.file} is empty; expected a header row and rows`);
}

/** Nothing of a file fits where its cells are separated by something else. */
function refuseOneColumn(names: readonly string[], columns: readonly string[]): void {
  const [only = ''] = names;
  const delimiter = /[;\t|，；,]/.exec(only)?.[0];
  if (names.length > 1 || columns.includes(only) || delimiter === undefined) return;
  const written = JSON.stringify(delimiter);
  throw new FileProblem(
    `the header is one column, "${only}"; if its names are separated by ${written}, write in the mapping: ` +
      `format: { delimiter: ${written} }`,
    1,
  );
}

function stager(mapping: HistoryMapping, header: readonly string[]): (row: FileRow) => StagedRow {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  const columns = [...columnsOf(mapping).keys()];
  refuseOneColumn(names, columns);
  if (twice !== undefined && columns.includes(twice)) {
    throw new FileProblem(`the column "${twice}" comes twice; give one of them another name`, 1);
  }
  const plan: HistoryPlan = historyPlan(mapping, names);
  const indexes = columns.map((column) => names.indexOf(column));
  return ({ row, cells }) => {
    if (cells.length !== names.length) {
      const what = `${cells.length} cells where the header has ${names.length}`;
      throw new RowProblem(`${what}; is the row cut off, or a cell with the delimiter not quoted?`);
    }
    const damaged = cells.findIndex((cell) => cell.includes('\u0000'));
    if (damaged >= 0) throw new RowProblem('holds a NUL character', names[damaged]);
    return {
      key: plan.keyOf(cells),
      at: plan.timeOf(cells),
      row,
      digest: digestOf(cells),
      cells: indexes.map((index) => cells[index] ?? ''),
    };
  };
}

/** The same for exact copies only, and for ever the same: ids of events derive from it. */
function digestOf(cells: readonly string[]): string {
  const whole = cells.join(SEPARATOR);
  // Cells that hold the separator themselves are told apart by another writing, and its digests by another hash.
  const own = cells.some((cell) => cell.includes(SEPARATOR));
  return (own ? hash('sha512', JSON.stringify(cells), 'hex') : hash('sha256', whole, 'hex')).slice(0, 32);
}
