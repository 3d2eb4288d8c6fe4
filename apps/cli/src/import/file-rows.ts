import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import iconv from 'iconv-lite';

/** A file that cannot be read to its end; nothing of it has reached the log. */
export class FileProblem extends Error {
  constructor(
    message: string,
    readonly row?: number,
  ) {
    super(row === undefined ? message : `row ${row}: ${message}`);
    this.name = 'FileProblem';
  }
}

export interface FileFormat {
  readonly delimiter: string;
  readonly quote: string;
  readonly encoding: string;
}

export const unknownEncoding = (encoding: string): string =>
  `"${encoding}" is not a known encoding; expected utf-8, gb18030, latin1 or the like`;

export interface FileRow {
  /** 1-based, blank lines count, the header is row 1; a quoted line break does not begin a row. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface RowBatch {
  /** Cells of the first row that is not blank; the same in every batch. */
  readonly header: readonly string[];
  /** Without the header. */
  readonly rows: readonly FileRow[];
}

const BATCH = 500;
/** A record longer than this is a quote that was never closed. */
const MAX_RECORD_CHARACTERS = 2_000_000;
const REPLACEMENT = '\ufffd';
const COMMON_ENCODINGS = 'gb18030: saved by Excel under Chinese Windows; utf-8: by most other programs';
/** How workbooks begin, new ones (a zip) and old ones. */
const WORKBOOKS = [Buffer.from('PK\u0003\u0004'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/** Reads a file of any size in batches; counts bytes for a progress bar and digests what it read. */
export class FileRows {
  readonly size: number;
  bytesRead = 0;
  private readonly hash = createHash('sha256');

  /** Throws FileProblem for what is no readable file, or an unknown encoding. */
  constructor(
    private readonly path: string,
    private readonly format: FileFormat,
  ) {
    if (!iconv.encodingExists(format.encoding)) {
      throw new FileProblem(unknownEncoding(format.encoding));
    }
    this.size = sizeOf(path);
    refuseWorkbook(path);
  }

  /** After the last row: the file's SHA-256, in hex. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** None of an empty file; one without rows where there is nothing but the header. Throws FileProblem. */
  async *batches(): AsyncGenerator<RowBatch> {
    let header: readonly string[] | undefined;
    for await (const batch of this.allRows()) {
      const rows = header ? batch : batch.slice(1);
      header ??= batch[0]?.cells ?? [];
      yield { header, rows };
    }
  }

  private async *allRows(): AsyncGenerator<readonly FileRow[]> {
    const parser = this.open();
    let row = 0;
    let batch: FileRow[] = [];
    try {
      for await (const cells of parser as AsyncIterable<string[]>) {
        row += 1;
        if (cells.length === 1 && cells[0] === '') continue;
        this.refuseBadBytes(cells, row);
        batch.push({ row, cells });
        if (batch.length < BATCH) continue;
        yield batch;
        batch = [];
      }
    } catch (error) {
      throw this.explained(error, row + 1);
    }
    if (batch.length > 0) yield batch;
  }

  private open(): Readable {
    const source = createReadStream(this.path, { highWaterMark: 256 * 1024 });
    const counting = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytesRead += chunk.length;
        this.hash.update(chunk);
        done(null, chunk);
      },
    });
    const parser = parse({
      delimiter: this.format.delimiter,
      quote: this.format.quote,
      escape: this.format.quote,
      record_delimiter: ['\r\n', '\n', '\r'],
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_RECORD_CHARACTERS,
    });
    const stages: NodeJS.ReadWriteStream[] = [counting];
    // Bytes of utf-8 are left to the parser, which is faster than decoding first.
    if (!/^utf-?8$/i.test(this.format.encoding)) stages.push(iconv.decodeStream(this.format.encoding));
    stages.push(parser);
    let before: NodeJS.ReadableStream = source;
    for (const stage of stages) {
      before.on('error', (error) => parser.destroy(error as Error));
      before = before.pipe(stage);
    }
    return parser;
  }

  private refuseBadBytes(cells: readonly string[], row: number): void {
    const at = cells.findIndex((cell) => cell.includes(REPLACEMENT));
    if (at < 0) return;
    const { encoding } = this.format;
    throw new FileProblem(
      `column ${at + 1} holds bytes that are not ${encoding}; set "encoding" in the mapping to the file's own ` +
        `(${COMMON_ENCODINGS})`,
      row,
    );
  }

  private explained(error: unknown, row: number): Error {
    if (error instanceof FileProblem) return error;
    if (error instanceof CsvError) {
      const open = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
      if (open) return new FileProblem(`a quote opens here and is never closed; is the file cut off?`, row);
      return new FileProblem(error.message, row);
    }
    return new FileProblem(`${this.path} cannot be read: ${(error as Error).message}`, row);
  }
}

function refuseWorkbook(path: string): void {
  const first = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    readSync(file, first);
  } finally {
    closeSync(file);
  }
  if (!WORKBOOKS.some((beginning) => beginning.equals(first))) return;
  throw new FileProblem(`${path} is a workbook of a spreadsheet; save its sheet as "CSV UTF-8" and import that file`);
}

function sizeOf(path: string): number {
  let stats;
  try {
    stats = statSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new FileProblem(missing ? `${path} does not exist` : `${path} cannot be read: ${(error as Error).message}`);
  }
  if (stats.isDirectory()) throw new FileProblem(`${path} is a directory; expected a file`);
  if (stats.isFile() && stats.size === 0) throw new FileProblem(`${path} is empty; expected a header row and rows`);
  return stats.size;
}
