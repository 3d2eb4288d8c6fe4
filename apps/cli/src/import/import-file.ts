import type { EventStore } from '@fieldcase/eventsourcing';
import {
  columnsOf,
  historyPlan,
  MappingRefused,
  RowEvents,
  stableId,
  type HistoryMapping,
  type HistoryReferences,
} from '@fieldcase/domain';
import { HistoryStaging } from '@fieldcase/postgres';
import { caseBatches } from './case-chunks';
import { numberBlock, type ImportRunIdentity } from './case-numbers';
import { CaseWriter } from './case-writer';
import { FileProblem, FileRows } from './file-rows';
import { Tally, type ImportReport } from './import-report';
import { RejectsFile } from './rejects-file';
import { RowStager } from './stage-rows';

type ToldState = Pick<Tally, 'written' | 'numbersAsked' | 'rowsSent'>;

/** No more than is known: what was sent last may have landed without an answer. */
function stateOf({ written, numbersAsked, rowsSent }: ToldState): string {
  const goOn = 'run it again to go on.';
  if (written > 0) {
    return `The log holds ${written} rows of this run or a few more, whole cases in the order of their keys; ${goOn}`;
  }
  if (rowsSent) return `Whether the log holds rows of this run is not known; ${goOn}`;
  if (numbersAsked) return `No row was written to the log; numbers may be set aside for its cases: ${goOn}`;
  return 'Nothing was written to the log.';
}

/** The import ended early; says what the log holds by then. */
export class ImportStopped extends Error {
  constructor(cause: unknown, tally: ToldState) {
    const state = stateOf(tally);
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
  /** Epoch ms; the clock's time when absent. */
  readonly now?: number;
}

const BATCH_ROWS = 2_000;

/**
 * Imports a file of history. Reading and checking the file comes first: until all of it is staged, nothing is
 * written. Throws MappingRefused, FileProblem for a file that is none, else ImportStopped.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { mapping } = options;
  const file = new FileRows(options.file, { ...mapping.format, encoding: mapping.encoding });
  const rejects = new RejectsFile(options.dryRun ? undefined : options.rejects);
  const tally = new Tally();
  const stager = new RowStager(file, mapping, rejects, options.now ?? Date.now());
  const staging = await HistoryStaging.open(options.databaseUrl);
  try {
    await stage(options, file, stager, staging);
    const { cases } = await staging.totals();
    tally.rows = stager.rows;
    const of = { source: mapping.source, fileDigest: file.digest() };
    const keys = stager.keysDigest();
    const run = { ...of, runId: stableId('run', of.source, of.fileDigest), keys, at: stager.firstAt };
    await writeCases(options, staging, { run, cases, stager }, tally, rejects);
    await rejects.finish();
    const { file: name, dryRun = false, rejects: path = null } = options;
    const told = { file: path, first: rejects.first, kinds: rejects.kinds() };
    const rejected = { rejected: rejects.count, rejects: told };
    return tally.report({ file: name, source: mapping.source, dryRun, ...rejected }, cases, mapping.time.zone);
  } catch (error) {
    if (error instanceof MappingRefused) throw error;
    // What was rejected until then helps; that it cannot be written adds nothing to what went wrong.
    await rejects.finish().catch(() => undefined);
    throw new ImportStopped(error, tally);
  } finally {
    rejects.close();
    await staging.close();
  }
}

async function stage(
  { file: name, onProgress }: ImportOptions,
  file: FileRows,
  stager: RowStager,
  staging: HistoryStaging,
): Promise<void> {
  const told = (): void => onProgress?.({ phase: 'read', done: file.bytesRead, total: file.size, rows: stager.rows });
  await staging.copy(stager.batches(told));
  if (stager.empty) throw new FileProblem(`${name} is empty; expected a header row and rows`);
}

interface Staged {
  readonly run: Omit<ImportRunIdentity, 'at'> & { readonly at: number | undefined };
  readonly cases: number;
  readonly stager: RowStager;
}

async function writeCases(
  options: ImportOptions,
  staging: HistoryStaging,
  { run, cases, stager }: Staged,
  tally: Tally,
  rejects: RejectsFile,
): Promise<void> {
  const { mapping, store, batchRows = BATCH_ROWS } = options;
  const { at } = run;
  // Where no row has a case and a time, none of them can be written.
  const dryRun = options.dryRun === true || at === undefined;
  tally.numbersAsked = !dryRun;
  const { numbersFrom } =
    at === undefined || dryRun ? { numbersFrom: 0 } : await numberBlock(store, { ...run, at }, cases);
  const plan = historyPlan(mapping, [...columnsOf(mapping).keys()]);
  const { newestFirst } = stager;
  const context = { plan, rowEvents: new RowEvents(plan, options.references), runId: run.runId, newestFirst };
  const writer = new CaseWriter(store, context, numbersFrom, tally, rejects, dryRun);
  let done = 0;
  try {
    for await (const batch of caseBatches(staging.rows(batchRows), batchRows)) {
      await writer.write(batch);
      done += batch.reduce((sum, chunk) => sum + chunk.rows.length, 0);
      options.onProgress?.({ phase: 'write', done, total: stager.staged, rows: done });
    }
  } finally {
    await writer.finish();
  }
}
