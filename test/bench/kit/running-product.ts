import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createPool } from '@fieldcase/postgres';

const root = path.resolve(__dirname, '../../..');

/** Nobody's limit of requests a minute is what is measured. */
const UNLIMITED = { RATE_COMMANDS_PER_MINUTE: '1000000000', RATE_QUERIES_PER_MINUTE: '1000000000' };
const CATCH_UP_MS = 120_000;

export interface RunningProduct {
  readonly url: string;
  /** Holds the demo issuer's key. */
  readonly dataDir: string;
  /** Of npm; all else descends from it. */
  readonly pid: number;
  /** The application's view of its database. */
  readonly pool: Pool;
}

/** The product as a person starts it, its own server with it, on a data folder that goes when the work is done. */
export async function withProduct(
  args: readonly string[],
  work: (product: RunningProduct) => Promise<void>,
): Promise<void> {
  const { Product } = await import('../../support/product.mjs');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fieldcase-bench-'));
  const env = { ...process.env, ...UNLIMITED, FIELDCASE_DATA_DIR: dataDir };
  const product = new Product(root, { args: ['--port', '0', ...args], env });
  try {
    const url = await product.ready();
    const { databaseUrl } = JSON.parse(readFileSync(path.join(dataDir, 'instance.json'), 'utf8')) as Instance;
    const pool = createPool({ url: databaseUrl, max: 2, name: 'bench' });
    try {
      await work({ url, dataDir, pid: product.pid, pool });
    } finally {
      await pool.end();
    }
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Instance {
  readonly databaseUrl: string;
}

/** Waits until every follower is at the head of the log. @returns milliseconds */
export async function caughtUp({ pool }: Pick<RunningProduct, 'pool'>): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < CATCH_UP_MS) {
    const { rows } = await pool.query<{ behind: boolean }>(
      `select (select max(position) from fieldcase.events) > (select min(position) from fieldcase.checkpoints) as behind`,
    );
    if (!rows[0]?.behind) return performance.now() - began;
    await pause(20);
  }
  throw new Error(`the followers are not at the head after ${CATCH_UP_MS / 1_000} s`);
}
