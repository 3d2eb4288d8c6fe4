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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
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
  return process.platform === 'win32' ? '' : ask(['-o', 'command=', '-p', String(pid)]);
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
