/** `fieldcase import <file> --mapping <a mapping of kind stock>`: rows as receipts, each booked once. */
import type { Application } from '@fieldcase/application';
import type { StockMapping } from '@fieldcase/contracts';
import { stockStream } from '@fieldcase/domain';
import { Rejection, type EventStore } from '@fieldcase/eventsourcing';
import { FileRows } from './file-rows';
import { RejectsFile, type RejectedKind, type RejectedRow } from './rejects-file';
import { StockRows, type StockRow } from './stock-rows';

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
  try {
    let begun = false;
    for await (const batch of file.batches()) {
      const lines = begun ? batch : batch.slice(1);
      if (!begun && batch[0]) rows.begin(batch[0]);
      begun = true;
      counts.rows += lines.length;
      const read = lines.map((line) => rows.read(line));
      for (const bad of read.filter(isRejected)) rejects.add(bad);
      await book(options, rows, read.filter(isReceipt), counts, rejects);
      options.onProgress?.(file.bytesRead, file.size, counts.rows);
    }
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

async function book(
  { application, store, dryRun, mapping }: StockImportOptions,
  rows: StockRows,
  receipts: readonly StockRow[],
  counts: { imported: number; duplicates: number; pieces: number },
  rejects: RejectsFile,
): Promise<void> {
  const booked = await bookedOf(store, receipts);
  for (const { row, id, ...receipt } of receipts) {
    if (booked.has(id)) {
      counts.duplicates += 1;
      continue;
    }
    try {
      if (!dryRun) {
        await application.stock.handle(
          { type: 'ReceiveStock', ...receipt, reference: { kind: 'import', id } },
          {
            actor: `import:${mapping.source}`,
            roles: ['system'],
            key: { sub: `import:${mapping.source}`, key: id, request: id },
          },
        );
      }
      counts.imported += 1;
      counts.pieces += receipt.quantity;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      const [field, reason] = reasonOf(error);
      rejects.add({ row, column: rows.nameOf(field), value: (receipt.serials ?? []).join(' '), reason });
    }
  }
}

/** What the cards know of, however long ago it was booked. */
async function bookedOf(store: EventStore, receipts: readonly StockRow[]): Promise<ReadonlySet<string>> {
  const streams = [...new Set(receipts.map(({ depotId, partNumber }) => stockStream(depotId, partNumber)))];
  const read = await store.readStreams(streams);
  const ids = [...read.values()].flat().map(({ data }) => (data as { reference?: { id?: string } }).reference?.id);
  return new Set(ids.filter((id) => id !== undefined));
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
