import { once } from 'node:events';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { connectionConfig } from '../pool/pool';

/** A row of a file on its way into the order of cases and time. */
export interface StagedRow {
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly row: number;
  readonly digest: string;
  readonly cells: readonly string[];
  /** By what rows of a second file find this one. */
  readonly on?: string | undefined;
  /** Of a second file: its place there; `row` is that of the row that it belongs to, and comes before it. */
  readonly joined?: number | undefined;
}

/** A row of a second file, which has neither case nor time of its own. */
export type JoiningRow = Pick<StagedRow, 'row' | 'digest' | 'cells'> & { readonly on: string };

export interface StagedTotals {
  readonly cases: number;
  /** Epoch ms of the earliest row; undefined without rows. */
  readonly firstAt: number | undefined;
}

const CHUNK_CHARACTERS = 64 * 1024;
const REFUSED_PAGE = 1_000;

/**
 * Sorts a file of any size in flat memory: rows go by COPY into a temporary table of one session and come back by a
 * cursor, ordered by case, time and row. Nothing is left behind, however the session ends.
 */
export class HistoryStaging {
  private readonly client: Client;
  private broken: Error | undefined;

  private constructor(url: string) {
    // No statement timeout: the cursor is one statement for as long as the import lasts.
    this.client = new Client(connectionConfig({ url, name: 'fieldcase-import', statementTimeoutMs: 0 }));
    this.client.on('error', (error) => (this.broken = error));
  }

  static async open(url: string): Promise<HistoryStaging> {
    const staging = new HistoryStaging(url);
    await staging.client.connect();
    await staging.client.query(`set work_mem = '64MB'`);
    await staging.client.query(
      `create temporary table staged_history
         (case_key text collate "C", at bigint, file_row bigint, digest text collate "C", cells text,
          join_key text collate "C", joined_row bigint)`,
    );
    return staging;
  }

  /** Rejects with the source's own error where reading fails. */
  copy(batches: AsyncIterable<readonly StagedRow[]>): Promise<void> {
    return this.copyLines('staged_history', batches, lineOf);
  }

  /**
   * Rows of a second file, each behind the first row that it belongs to.
   * @param refused a row that belongs to none
   * @returns how many belong to one
   */
  async join(
    batches: AsyncIterable<readonly JoiningRow[]>,
    refused: (row: Pick<JoiningRow, 'row' | 'on'>) => void,
  ): Promise<number> {
    await this.client.query(
      `create temporary table staged_joining
         (join_key text collate "C", file_row bigint, digest text collate "C", cells text)`,
    );
    await this.copyLines('staged_joining', batches, joiningLineOf);
    const { rowCount } = await this.client.query(
      `insert into staged_history (case_key, at, file_row, digest, cells, joined_row)
       select first.case_key, first.at, first.file_row, joining.digest, joining.cells, joining.file_row
         from staged_joining joining join (
           select distinct on (join_key) join_key, case_key, at, file_row from staged_history
            where join_key is not null order by join_key, file_row) first using (join_key)`,
    );
    const alone = `select file_row, join_key from staged_joining
       where not exists (select from staged_history row where row.join_key = staged_joining.join_key) order by file_row`;
    for await (const page of this.pages<[string, string]>(alone, REFUSED_PAGE)) {
      for (const [row, on] of page) refused({ row: Number(row), on });
    }
    await this.client.query('drop table staged_joining');
    return rowCount ?? 0;
  }

  private async copyLines<Row>(
    table: string,
    batches: AsyncIterable<readonly Row[]>,
    line: (row: Row) => string,
  ): Promise<void> {
    const stream = this.client.query(copyFrom(`copy ${table} from stdin`));
    const failed = new Promise<never>((_resolve, reject) => stream.once('error', reject));
    failed.catch(() => undefined);
    let chunk = '';
    try {
      for await (const batch of batches) {
        for (const row of batch) chunk += line(row);
        if (chunk.length < CHUNK_CHARACTERS) continue;
        if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), failed]);
        chunk = '';
      }
    } catch (error) {
      stream.destroy();
      throw error;
    }
    const finished = once(stream, 'finish');
    stream.end(chunk);
    await Promise.race([finished, failed]);
  }

  async totals(): Promise<StagedTotals> {
    const { rows } = await this.client.query<{ cases: string; first: string | null }>(
      `select count(*)::text as cases, min(first)::text as first
         from (select min(at) as first from staged_history group by case_key) of_case`,
    );
    const first = rows[0]?.first;
    return { cases: Number(rows[0]?.cases ?? 0), firstAt: typeof first === 'string' ? Number(first) : undefined };
  }

  /** Ordered by case key (bytewise), time, row; behind each row those of the second file that belong to it. */
  async *rows(pageSize: number): AsyncGenerator<readonly StagedRow[]> {
    const ordered = `select case_key, at, file_row, digest, cells, joined_row from staged_history
       order by case_key, at, file_row, joined_row nulls first`;
    for await (const page of this.pages<[string, string, string, string, string, string | null]>(ordered, pageSize)) {
      yield page.map(([key, at, row, digest, cells, joined]) => ({
        key,
        at: Number(at),
        row: Number(row),
        digest,
        cells: JSON.parse(cells) as string[],
        ...(joined === null ? {} : { joined: Number(joined) }),
      }));
    }
  }

  private async *pages<Row>(text: string, size: number): AsyncGenerator<readonly Row[]> {
    const cursor = this.client.query(new Cursor<Row>(text, [], { rowMode: 'array' }));
    try {
      for (;;) {
        const page = await cursor.read(size);
        if (page.length === 0) return;
        yield page;
      }
    } finally {
      if (!this.broken) await cursor.close();
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

function lineOf({ key, at, row, digest, cells, on }: StagedRow): string {
  const joinKey = on === undefined ? NULL : escaped(on);
  return `${escaped(key)}\t${at}\t${row}\t${digest}\t${escaped(JSON.stringify(cells))}\t${joinKey}\t${NULL}\n`;
}

function joiningLineOf({ on, row, digest, cells }: JoiningRow): string {
  return `${escaped(on)}\t${row}\t${digest}\t${escaped(JSON.stringify(cells))}\n`;
}

/** As COPY writes it; in a text the stroke is doubled. */
const NULL = String.raw`\N`;

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text;
}
