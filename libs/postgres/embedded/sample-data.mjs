/** Whether the database of a data folder is to have sample data, and when they are shown. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runVerb } from './verbs.mjs';

/** The applications start meanwhile. */
const SHOWN_S = '60';

/** @param {string} dataDir */
export const decisionFile = (dataDir) => join(dataDir, 'sample-data.json');

/**
 * Whether the database of a data folder has sample data.
 * @param {string} dataDir
 * @returns {{database?: string, loading?: boolean, samples?: boolean}}
 */
export function readDecision(dataDir) {
  const file = decisionFile(dataDir);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {Record<string, string | undefined>} env */
export function databaseName(env) {
  const url = new URL(env['DATABASE_URL'] ?? '');
  // The embedded server's port may differ from start to start.
  return `${url.hostname}${url.pathname}`;
}

/**
 * @param {string} cli
 * @param {Record<string, string | undefined>} env
 * @param {AbortSignal} signal
 */
export async function logIsEmpty(cli, env, signal) {
  const { head } = JSON.parse(await runVerb(cli, ['log', 'head', '--json'], env, signal));
  return head === '0';
}

/**
 * Who sees "ready" for the first time looks at the board next: it should not be empty.
 * @param {string} cli
 * @param {Record<string, string | undefined>} env
 * @param {AbortSignal} signal
 */
export async function untilShown(cli, env, signal) {
  await runVerb(cli, ['projections', 'status', '--wait', SHOWN_S, '--json'], env, signal);
}
