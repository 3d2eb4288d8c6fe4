import { basename } from 'node:path';
import type { EventStore } from '@fieldcase/eventsourcing';
import {
  columnsOf,
  historyPlan,
  joinedColumnsOf,
  joinedPlan,
  MappingRefused,
  RowEvents,
  stableId,
  type HistoryContext,
  type HistoryMapping,
  type HistoryReferences,
} from '@fieldcase/domain';
import { HistoryStaging } from '@fieldcase/postgres';
import { caseBatches } from './case-chunks';
import { numberBlock, type ImportRunIdentity } from './case-numbers';
import { CaseWriter } from './case-writer';
import { FileProblem, FileRows } from './file-rows';
import { Tally, type ImportReport } from './import-report';
import { JoiningRows } from './joining-rows';
import { RejectsFile, type RejectedRow } from './rejects-file';
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

/** How far an import is: `read` in bytes of the files, `write` in rows. */
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
  /** The second file, where the mapping has one. */
  readonly joined?: string;
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
  const rejects = new RejectsFile(options.dryRun ? undefined : options.rejects, mapping.join !== undefined);
  const files = filesOf(options, rejects);
  const { first: file, stager, joining } = files;
  const tally = new Tally();
  const staging = await HistoryStaging.open(options.databaseUrl);
  try {
    const staged = await stage(options, files, staging);
    const { cases } = await staging.totals();
    tally.rows = stager.rows + (joining?.rows ?? 0);
    const of = { source: mapping.source, fileDigest: file.digest() };
    const keys = stager.keysDigest();
    const parts = joining ? [of.fileDigest, joining.digest()] : [of.fileDigest];
    const run = { ...of, runId: stableId('run', of.source, ...parts), keys, at: stager.firstAt };
    await writeCases(options, staging, { run, cases, staged, files }, tally, rejects);
    await rejects.finish();
    const { file: name, dryRun = false, rejects: path = null } = options;
    const told = { file: path, first: rejects.first, kinds: rejects.kinds() };
    const joined = joining ? tally.joined(joining.name, joining.rows) : null;
    const given = { file: name, source: mapping.source, dryRun, joined, rejected: rejects.count, rejects: told };
    return tally.report(given, cases, mapping.time.zone);
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

interface Files {
  readonly first: FileRows;
  readonly stager: RowStager;
  readonly second: FileRows | undefined;
  readonly joining: JoiningRows | undefined;
}

/** Throws FileProblem for what is none. */
function filesOf({ file, mapping, joined, now = Date.now() }: ImportOptions, rejects: RejectsFile): Files {
  const format = { ...mapping.format, encoding: mapping.encoding };
  const first = new FileRows(file, format);
  const stager = new RowStager(first, mapping, rejects, now);
  const { join } = mapping;
  if (!join || joined === undefined) return { first, stager, second: undefined, joining: undefined };
  const second = new FileRows(joined, format);
  const reject = (row: RejectedRow): void => rejects.add(row);
  return { first, stager, second, joining: new JoiningRows(second, basename(joined), mapping, join, reject) };
}

/** @returns how many rows are staged */
async function stage(
  { file: name, onProgress }: ImportOptions,
  { first, stager, second, joining }: Files,
  staging: HistoryStaging,
): Promise<number> {
  const total = first.size + (second?.size ?? 0);
  const told = (): void => {
    const [done, rows] = [first.bytesRead + (second?.bytesRead ?? 0), stager.rows + (joining?.rows ?? 0)];
    onProgress?.({ phase: 'read', done, total, rows });
  };
  await staging.copy(stager.batches(told));
  if (stager.empty) throw new FileProblem(`${name} is empty; expected a header row and rows`);
  if (!joining) return stager.staged;
  return stager.staged + (await staging.join(joining.batches(told), (row) => joining.alone(row)));
}

interface Staged {
  readonly run: Omit<ImportRunIdentity, 'at'> & { readonly at: number | undefined };
  readonly cases: number;
  readonly staged: number;
  readonly files: Files;
}

async function writeCases(
  options: ImportOptions,
  staging: HistoryStaging,
  { run, cases, staged, files }: Staged,
  tally: Tally,
  rejects: RejectsFile,
): Promise<void> {
  const { store, batchRows = BATCH_ROWS } = options;
  const { at } = run;
  // Where no row has a case and a time, none of them can be written.
  const dryRun = options.dryRun === true || at === undefined;
  tally.numbersAsked = !dryRun;
  const { numbersFrom } =
    at === undefined || dryRun ? { numbersFrom: 0 } : await numberBlock(store, { ...run, at }, cases);
  const context = contextOf(options, files, run.runId);
  const writer = new CaseWriter(store, context, numbersFrom, tally, rejects, dryRun);
  let done = 0;
  try {
    for await (const batch of caseBatches(staging.rows(batchRows), batchRows)) {
      await writer.write(batch);
      done += batch.reduce((sum, chunk) => sum + chunk.rows.length, 0);
      options.onProgress?.({ phase: 'write', done, total: staged, rows: done });
    }
  } finally {
    await writer.finish();
  }
}

/** What staged rows are read with: they hold the columns of the plans and no others. */
function contextOf({ mapping, references }: ImportOptions, { stager, joining }: Files, runId: string): HistoryContext {
  const plan = historyPlan(mapping, [...columnsOf(mapping).keys()]);
  const { newestFirst } = stager;
  const context = { plan, rowEvents: new RowEvents(plan, references), runId, newestFirst };
  const { join } = mapping;
  if (!join || !joining) return context;
  const joinedRows = joinedPlan(mapping, join, [...joinedColumnsOf(join).keys()]);
  return { ...context, joined: { file: joining.name, rowEvents: new RowEvents(joinedRows, references, true) } };
}
