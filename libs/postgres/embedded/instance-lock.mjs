import { linkSync, readFileSync, rmSync, rmdirSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from './data-location.mjs';
import { LaunchError } from './messages.mjs';
import { isAlive, startOf } from './processes.mjs';

const TAKEOVER_MS = 10_000;

/**
 * One process at a time on a data folder. The lock of a process that has ended is taken over.
 * @param {string} dataDir
 * @returns {() => void} gives it back
 */
export function lockDataFolder(dataDir) {
  const path = join(dataDir, 'launcher.lock');
  const own = `${path}.${process.pid}`;
  writePrivately(own, JSON.stringify({ pid: process.pid, began: startOf(process.pid) }));
  try {
    if (!take(own, path)) takeOver(own, path, dataDir);
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/**
 * @param {string} own
 * @param {string} path
 */
function take(own, path) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Of several that find the same stale lock one may remove it, else the second would remove the first one's new lock.
 * @param {string} own
 * @param {string} path
 * @param {string} dataDir
 */
function takeOver(own, path, dataDir) {
  const guard = `${path}.takeover`;
  try {
    if (Date.now() - statSync(guard).mtimeMs > TAKEOVER_MS) rmdirSync(guard);
  } catch {
    // Nobody is taking over.
  }
  try {
    mkdirSync(guard);
  } catch {
    throw alreadyRunning(dataDir, undefined);
  }
  try {
    const holder = readHolder(path);
    if (holder && isAlive(holder.pid) && startOf(holder.pid) === holder.began)
      throw alreadyRunning(dataDir, holder.pid);
    if (holder) unlinkSync(path);
    if (!take(own, path)) throw alreadyRunning(dataDir, undefined);
  } finally {
    rmdirSync(guard);
  }
}

/**
 * @param {string} path
 * @returns {{pid: number, began: string} | undefined}
 */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    return { pid: 0, began: 'unreadable' };
  }
}

/**
 * @param {string} dataDir
 * @param {number | undefined} pid
 */
function alreadyRunning(dataDir, pid) {
  const who = pid === undefined ? '' : ` (pid ${pid})`;
  return new LaunchError(
    `数据目录 ${dataDir} 已有一个 Fieldcase 在运行${who}；请先停止它，或用 FIELDCASE_DATA_DIR 指定其他目录`,
    `Fieldcase is already running on the data folder ${dataDir}${who}: stop it first, or set FIELDCASE_DATA_DIR to another folder`,
  );
}
