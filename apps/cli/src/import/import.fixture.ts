import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { StoreUnavailable, type AppendRequest, type AppendResult, type EventStore } from '@fieldcase/eventsourcing';
import { Output } from '../output';
import { runCommandLine } from '../program';

/** A folder of its own for the files of one spec. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'fieldcase-import-'));

  write(name: string, content: string | Buffer): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export interface CommandLineResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `fieldcase <args>` in this process. */
export async function fieldcase(args: readonly string[], env: Record<string, string> = {}): Promise<CommandLineResult> {
  const written = { out: '', err: '' };
  const code = await runCommandLine(
    args,
    env,
    (json) =>
      new Output(
        json,
        (text) => (written.out += text),
        (text) => (written.err += text),
      ),
  );
  return { code, ...written };
}

/** What two runs must agree on, of every event: all but position and recordedAt. */
export async function logDigest(pool: Pool): Promise<{ events: number; digest: string }> {
  const { rows } = await pool.query<{ line: string }>(
    `select concat_ws('|', stream_id, version, event_id, type, e.data, occurred_at, p.data) as line
       from fieldcase.events e left join fieldcase.personal_data p using (position) order by stream_id, version`,
  );
  const hash = createHash('sha256');
  for (const { line } of rows) hash.update(line).update('\n');
  return { events: rows.length, digest: hash.digest('hex') };
}

/**
 * A store whose process dies after so many appends. The last append may have landed without an answer, as when the
 * connection breaks between the commit and its report.
 */
export function dyingStore(store: EventStore, appends: number, lastLands: boolean): EventStore {
  let left = appends;
  return {
    readStreams: (streamIds, options) => store.readStreams(streamIds, options),
    lookUp: (key, streamIds) => store.lookUp(key, streamIds),
    head: () => store.head(),
    append: async (request: AppendRequest): Promise<AppendResult> => {
      left -= 1;
      if (left > 0) return store.append(request);
      if (left === 0 && lastLands) await store.append(request);
      throw new StoreUnavailable('killed', true);
    },
  };
}
