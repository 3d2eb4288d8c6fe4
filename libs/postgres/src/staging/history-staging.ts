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
}

export interface StagedTotals {
  readonly cases: number;
  /** Epoch ms of the earliest row; undefined without rows. */
  readonly firstAt: number | undefined;
}

const CHUNK_CHARACTERS = 64 * 1024;

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
         (case_key text collate "C", at bigint, file_row bigint, digest text collate "C", cells text)`,
    );
    return staging;
  }

  /** Rejects with the source's own error where reading fails. */
  async copy(batches: AsyncIterable<readonly StagedRow[]>): Promise<void> {
    const stream = this.client.query(copyFrom('copy staged_history from stdin'));
    const failed = new Promise<never>((_resolve, reject) => stream.once('error', reject));
    failed.catch(() => undefined);
    let chunk = '';
    try {
      for await (const batch of batches) {
        for (const row of batch) chunk += lineOf(row);
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

  /** Ordered by case key (bytewise), time, row. */
  async *rows(pageSize: number): AsyncGenerator<readonly StagedRow[]> {
    const cursor = this.client.query(
      new Cursor<[string, string, string, string, string]>(
        'select case_key, at, file_row, digest, cells from staged_history order by case_key, at, file_row',
        [],
        { rowMode: 'array' },
      ),
    );
    try {
      for (;;) {
        const page = await cursor.read(pageSize);
        if (page.length === 0) return;
        yield page.map(([key, at, row, digest, cells]) => ({
          key,
          at: Number(at),
          row: Number(row),
          digest,
          cells: JSON.parse(cells) as string[],
        }));
      }
    } finally {
      if (!this.broken) await cursor.close();
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

function lineOf({ key, at, row, digest, cells }: StagedRow): string {
  return `${escaped(key)}\t${at}\t${row}\t${digest}\t${escaped(JSON.stringify(cells))}\n`;
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text;
}
