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
  for (const pid of process.platform === 'linux' ? runningPids() : []) {
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  /** @param {number} pid @returns {number[]} */
  const below = (pid) => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

function runningPids() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
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
