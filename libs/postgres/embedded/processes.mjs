import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * @param {number} pid
 * @returns {boolean}
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {number} pid */
function isZombie(pid) {
  return procStat(pid)?.[0] === 'Z';
}

/**
 * Fields of /proc/<pid>/stat after the command's name, which may hold spaces and brackets.
 * @param {number} pid
 * @returns {string[] | undefined}
 */
function procStat(pid) {
  if (process.platform !== 'linux') return undefined;
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : undefined;
}

/**
 * When a process began, in words of its system: together with its number it names it, for numbers are used again.
 * @param {number} pid
 * @returns {string}
 */
export function startOf(pid) {
  const stat = procStat(pid);
  if (stat) return stat[19] ?? '';
  return process.platform === 'win32' ? '' : ask(['-o', 'lstart=', '-p', String(pid)]);
}

/**
 * The command line of a process, empty when there is none.
 * @param {number} pid
 */
export function commandOf(pid) {
  if (process.platform === 'win32') return '';
  // Small images have no ps.
  if (process.platform === 'linux') return readOrEmpty(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
  return ask(['-o', 'command=', '-p', String(pid)]);
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string[]} args */
function ask(args) {
  const { stdout } = spawnSync('ps', args, { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } });
  return (stdout ?? '').trim();
}

/**
 * @param {() => boolean | undefined} condition
 * @param {number} timeoutMs
 * @param {number} [everyMs]
 * @returns {Promise<boolean>} whether it came true in time
 */
export async function until(condition, timeoutMs, everyMs = 20) {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await wait(everyMs);
  }
  return true;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
