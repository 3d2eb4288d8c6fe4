/** `fieldcase import <file> --mapping <a mapping of kind stock>`: rows as receipts, each booked once. */
import type { Application } from '@fieldcase/application';
import type { StockMapping } from '@fieldcase/contracts';
import { stockStream } from '@fieldcase/domain';
import { Rejection, type EventStore } from '@fieldcase/eventsourcing';
import { atOnce } from './at-once';
import { FileProblem, FileRows } from './file-rows';
import { KnownStock } from './known-stock';
import { RejectsFile, type RejectedKind, type RejectedRow } from './rejects-file';
import { StockRows, type StockRow } from './stock-rows';

/** On two connections for appends and some for reads; more would wait for one another. */
const CARDS_AT_ONCE = 64;

export interface StockImportOptions {
  readonly file: string;
  readonly mapping: StockMapping;
  readonly application: Application;
  readonly store: EventStore;
  readonly dryRun: boolean;
  readonly rejects?: string;
  readonly onProgress?: (bytes: number, size: number, rows: number) => void;
}

/** `imported + duplicates + ignored + rejected = rows`. */
export interface StockImportReport {
  readonly file: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  readonly pieces: number;
  readonly rejects: {
    readonly file: string | null;
    readonly first: readonly RejectedRow[];
    readonly kinds: readonly RejectedKind[];
  };
}

/** @throws FileProblem, RejectsProblem, StoreUnavailable; what was booked by then is known by the next run */
export async function importStock(options: StockImportOptions): Promise<StockImportReport> {
  const { mapping, application, dryRun } = options;
  const file = new FileRows(options.file, { ...mapping.format, encoding: mapping.encoding });
  const rejects = new RejectsFile(dryRun ? undefined : options.rejects);
  const rows = new StockRows(mapping, await application.referenceData.current());
  const counts = { rows: 0, imported: 0, duplicates: 0, pieces: 0 };
  const booking: Booking = { options, rows, counts, rejects, known: new KnownStock(options.store) };
  try {
    for await (const { header, rows: lines } of file.batches()) {
      if (rows.empty) rows.begin(header);
      counts.rows += lines.length;
      const read = lines.map((line) => rows.read(line));
      for (const bad of read.filter(isRejected)) rejects.add(bad);
      await book(booking, read.filter(isReceipt));
      options.onProgress?.(file.bytesRead, file.size, counts.rows);
    }
    if (rows.empty) throw new FileProblem(`${options.file} is empty; expected a header row and rows`);
    await rejects.finish();
  } finally {
    rejects.close();
  }
  const told = { file: options.rejects ?? null, first: rejects.first, kinds: rejects.kinds() };
  const { source } = mapping;
  return { file: options.file, source, dryRun, ...counts, ignored: 0, rejected: rejects.count, rejects: told };
}

const isRejected = (read: StockRow | RejectedRow): read is RejectedRow => 'reason' in read;
const isReceipt = (read: StockRow | RejectedRow): read is StockRow => !isRejected(read);

interface Booking {
  readonly options: StockImportOptions;
  readonly rows: StockRows;
  readonly known: KnownStock;
  readonly counts: { imported: number; duplicates: number; pieces: number };
  readonly rejects: RejectsFile;
}

/** Cards side by side, for what is appended at the same moment is one commit; the rows of a card in their order. */
async function book(booking: Booking, receipts: readonly StockRow[]): Promise<void> {
  const { known, counts, options } = booking;
  await known.learn(receipts);
  const taken: StockRow[] = [];
  const refused = new Map<StockRow, Rejection>();
  for (const receipt of receipts) {
    if (known.isBooked(receipt)) {
      counts.duplicates += 1;
      continue;
    }
    const refusal = known.take(receipt);
    if (refusal) refused.set(receipt, refusal);
    else taken.push(receipt);
  }
  await atOnce(CARDS_AT_ONCE, byCard(taken), (card) => bookCard(booking, card));
  // The log has the last word, when the rows above are in it: another import may have booked such a row just now.
  const last = options.dryRun ? [] : byCard([...refused.keys()]);
  await atOnce(CARDS_AT_ONCE, last, (card) => bookCard(booking, card, refused));
  if (options.dryRun) for (const [receipt, refusal] of refused) reject(booking, receipt, refusal);
}

function byCard(receipts: readonly StockRow[]): readonly (readonly StockRow[])[] {
  const cards = new Map<string, StockRow[]>();
  for (const receipt of receipts) {
    const card = stockStream(receipt.depotId, receipt.partNumber);
    cards.set(card, [...(cards.get(card) ?? []), receipt]);
  }
  return [...cards.values()];
}

/** @param foreseen refusals as a dry run tells them: what the log says may come of rows below */
async function bookCard(
  booking: Booking,
  receipts: readonly StockRow[],
  foreseen?: ReadonlyMap<StockRow, Rejection>,
): Promise<void> {
  for (const receipt of receipts) {
    try {
      await bookOne(booking, receipt);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      reject(booking, receipt, foreseen?.get(receipt) ?? error);
    }
  }
}

/** The key keeps a row from being booked twice by two imports that run at once. */
async function bookOne({ options, counts }: Booking, row: StockRow): Promise<void> {
  const { row: _, id, ...receipt } = row;
  const { application, dryRun, mapping } = options;
  const sub = `import:${mapping.source}`;
  const done = dryRun
    ? { replayed: false }
    : await application.stock.handle(
        { type: 'ReceiveStock', ...receipt, reference: { kind: 'import', id } },
        { actor: sub, roles: ['system'], key: { sub, key: id, request: id } },
      );
  if (done.replayed) {
    counts.duplicates += 1;
    return;
  }
  counts.imported += 1;
  counts.pieces += receipt.quantity;
}

function reject({ rows, rejects }: Booking, { row, serials = [] }: StockRow, refusal: Rejection): void {
  const [field, reason] = reasonOf(refusal);
  rejects.add({ row, column: rows.nameOf(field), value: serials.join(' '), reason });
}

/** What only the card can say: its serials are elsewhere, missing or too many. */
function reasonOf({ code, errors }: Rejection): readonly ['serials' | 'quantity', string] {
  const [[, expected] = ['', code]] = Object.entries(errors ?? {});
  return [
    code.startsWith('stock.serial') ? 'serials' : 'quantity',
    /^\S+ is /.test(expected) ? `expected that ${expected}` : `expected ${expected}`,
  ];
}

/** The report as people read it. */
export function stockReportText(report: StockImportReport): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  const { rejects, rejected, dryRun } = report;
  const lines = [
    `${report.file} as "${report.source}"${dryRun ? ' (dry run: nothing was written)' : ''}`,
    `rows        ${n(report.rows)}`,
    `imported    ${n(report.imported)}  (${n(report.pieces)} pieces)`,
    `duplicates  ${n(report.duplicates)}`,
    `ignored     0`,
    `rejected    ${n(rejected)}`,
  ];
  for (const { row, column, value, reason } of rejects.first) {
    lines.push(`row ${row}${column ? `, ${column}` : ''}${value ? ` "${value}"` : ''}: ${reason}`);
  }
  if (rejected > 0 && rejects.file !== null) {
    lines.push(dryRun ? `Without --dry-run they go to ${rejects.file}` : `Rejected rows: ${rejects.file}`);
  }
  return lines.join('\n');
}
