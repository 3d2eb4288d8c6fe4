import { readFileSync, readdirSync } from 'node:fs';
import { commandOf } from '../../libs/postgres/embedded/processes.mjs';

/**
 * A process and all that descends from it, as Linux tells; elsewhere only itself.
 * @param {number} root
 * @returns {number[]}
 */
export function processTree(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const pid of runningPids()) {
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  /** @param {number} pid @returns {number[]} */
  const below = (pid) => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

function runningPids() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** @param {number} pid */
function parentOf(pid) {
  return numbersOf(pid)?.parent;
}

/**
 * The process group that a signal to all of a terminal's processes would reach.
 * @param {number} pid
 */
export function groupOf(pid) {
  return numbersOf(pid)?.group;
}

/** @param {number} pid */
function numbersOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

/**
 * Everything that runs with this text in its command line, but the caller.
 * @param {string} text
 * @returns {string[]} command lines
 */
export function commandsNaming(text) {
  return runningPids()
    .filter((pid) => pid !== process.pid)
    .map(commandOf)
    .filter((command) => command.includes(text));
}

/**
 * The share of memory of one process: pages that several use count for each in equal parts.
 * @param {number} pid
 * @returns {number} MB; 0 for one that has ended
 */
export function proportionalMb(pid) {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Of Linux, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * What a process has had of the processors so far.
 * @param {number} pid
 * @returns {number} seconds; 0 for one that has ended
 */
export function cpuSecondsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/**
 * What a person would call a process of the product.
 * @param {number} pid
 */
export function nameOf(pid) {
  const command = commandOf(pid);
  const [, app] = /dist\/apps\/(\w+)\/main\.js/.exec(command) ?? [];
  if (app) return app;
  if (command.startsWith('postgres: ') || /\/bin\/postgres /.test(command)) return 'postgres';
  if (command.includes('embedded/start.mjs')) return 'launcher';
  return command.split(' ')[0]?.split('/').pop() || 'ended';
}
