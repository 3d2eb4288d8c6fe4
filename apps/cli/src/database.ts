import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Pool } from 'pg';
import type { Config } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { createPool, openLog, type OpenLog } from '@fieldcase/postgres';
import { Refusal, UsageError } from './failures';

/** Where a verb finds its database. */
export interface DatabaseOptions {
  /** `--url` or `--database-url`. */
  readonly url?: string;
  readonly databaseUrl?: string;
  readonly dataDir?: string;
}

export interface DatabaseUrls {
  readonly url: string;
  /** The owner, for migrations. */
  readonly migrationUrl: string;
}

export interface Instance {
  readonly pid?: number;
  readonly url?: string;
  readonly databaseUrl?: string;
  readonly migrationUrl?: string;
  /** What is known of the brokers that run with it, in a file of their own; absent: it runs without. */
  readonly kafkaFile?: string;
}

export const dataDirOf = (options: DatabaseOptions, config: Config): string =>
  resolve(options.dataDir ?? config.dataDir);

/** The command line's, else DATABASE_URL, else the instance that runs on the data folder. Throws Refusal, UsageError. */
export function databaseUrls(options: DatabaseOptions, config: Config): DatabaseUrls {
  const given = options.databaseUrl ?? options.url;
  if (given !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(given)) throw new UsageError(`--url: expected postgres://..., got "${given}"`);
    return { url: given, migrationUrl: given };
  }
  if (config.databaseUrl) {
    return { url: config.databaseUrl, migrationUrl: config.migrationUrl ?? config.databaseUrl };
  }
  const folder = dataDirOf(options, config);
  const instance = readInstance(folder);
  if (!instance?.databaseUrl) {
    throw new Refusal(
      `Nothing runs on ${folder}: start it with "npm start", or name a database with --url or DATABASE_URL.`,
    );
  }
  return { url: instance.databaseUrl, migrationUrl: instance.migrationUrl ?? instance.databaseUrl };
}

/** What the launcher wrote about the running instance; undefined where there is none. */
export function readInstance(folder: string): Instance | undefined {
  try {
    const instance = JSON.parse(readFileSync(join(folder, 'instance.json'), 'utf8')) as Instance;
    return isAlive(instance.pid) ? instance : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (!pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export interface OpenDatabase extends DatabaseUrls, OpenLog {
  readonly pool: Pool;
}

/** Opens the log for one verb and closes it, whatever becomes of the work. */
export async function withDatabase<T>(urls: DatabaseUrls, work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const pool = createPool({
    url: urls.url,
    max: 6,
    name: 'fieldcase-cli',
    statementTimeoutMs: 0,
    lockTimeoutMs: 30_000,
  });
  const log = openLog(pool, { upcasters: eventUpcasters });
  try {
    return await work({ ...urls, ...log, pool });
  } finally {
    await log.close();
    await pool.end();
  }
}
