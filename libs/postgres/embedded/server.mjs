import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresEnvironment } from './cluster.mjs';
import { LaunchError } from './messages.mjs';
import { freePort } from './ports.mjs';
import { commandOf, isAlive, signal, until } from './processes.mjs';

/**
 * @typedef {import('./system-user.mjs').SystemUser} SystemUser
 * @typedef {{folder: string, binaries: string, user: SystemUser | undefined, log: import('./process-log.mjs').ProcessLog,
 *   settings?: Record<string, string>, signal?: AbortSignal | undefined}} ServerOptions
 */

const START_MS = 30_000;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
const PORT_TRIES = 3;

/** Durable, small, on loopback only; statements and their values stay out of its log (they may be personal data). */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  max_connections: '100',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * Starts PostgreSQL in a process group of its own and waits until it takes connections.
 * @param {ServerOptions} options
 * @param {number} [preferredPort] used when it is free, so that bookmarks of SQL tools stay good
 */
export async function startServer(options, preferredPort) {
  await endStaleServer(options.folder);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? preferredPort : undefined);
    const server = spawnServer(options, port);
    if (await server.ready()) return server;
    if (options.signal?.aborted) await server.stop();
    options.signal?.throwIfAborted();
    const words = options.log.lastLines();
    const portTaken = words.some((line) => /could not bind|Address already in use/.test(line));
    if (!portTaken || attempt === PORT_TRIES) {
      await server.stop();
      throw whyNotStarted(options, words);
    }
  }
}

/**
 * @param {ServerOptions} options
 * @param {string[]} words
 */
function whyNotStarted({ folder, log }, words) {
  if (words.some((line) => line.includes('pre-existing shared memory block'))) {
    return new LaunchError(
      `上次的 PostgreSQL 还有进程在使用 ${folder}，请等它们结束，或用 ps 找到以“postgres:”开头的进程并结束它们`,
      `processes of an earlier PostgreSQL still use ${folder}: wait for them, or end those that ps shows as "postgres: ..."`,
      words,
    );
  }
  return new LaunchError('PostgreSQL 无法启动', `PostgreSQL does not start; its log: ${log.path}`, words);
}

/**
 * @param {ServerOptions} options
 * @param {number} port
 */
function spawnServer({ folder, binaries, user, log, settings, signal: abort }, port) {
  const given = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', folder, '-p', String(port), ...given], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: postgresEnvironment(),
    ...user,
  });
  log.follow(child.stdout);
  log.follow(child.stderr);
  let ended = false;
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => {
    child.once('error', (error) => log.write(`${error.message}\n`));
    const end = () => {
      ended = true;
      resolve();
    };
    child.once('error', end);
    child.once('exit', end);
  });
  return {
    port,
    pid: child.pid ?? 0,
    exited,
    ready: async () => {
      await until(() => ended || abort?.aborted || statusOf(folder, child.pid) === 'ready', START_MS);
      return !ended && !abort?.aborted && statusOf(folder, child.pid) === 'ready';
    },
    /** @param {number} [fastMs] how long clients may take to go before the server is cut off (it recovers at start) */
    stop: async (fastMs = FAST_STOP_MS) => {
      if (ended || !child.pid) return;
      signal(child.pid, 'SIGINT');
      if (await until(() => ended, fastMs)) return;
      signal(child.pid, 'SIGQUIT');
      if (await until(() => ended, IMMEDIATE_STOP_MS)) return;
      signal(child.pid, 'SIGKILL');
      await exited;
    },
  };
}

/**
 * The eighth line of postmaster.pid, once it is that process's own.
 * @param {string} folder
 * @param {number | undefined} pid
 */
function statusOf(folder, pid) {
  const lines = readPidFile(folder);
  return Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
}

/** @param {string} folder */
function readPidFile(folder) {
  try {
    return readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * A launcher that was killed leaves its server running, or (power cut) a pid file whose number is somebody else's now.
 * The caller holds the data folder's lock: nobody else uses that server.
 * @param {string} folder
 */
async function endStaleServer(folder) {
  const pidFile = join(folder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readPidFile(folder)[0]);
  const running = pid > 0 && commandOf(pid).includes(folder);
  if (!running) return rmSync(pidFile, { force: true });
  signal(pid, 'SIGINT');
  if (await until(() => !isAlive(pid), FAST_STOP_MS)) return;
  signal(pid, 'SIGQUIT');
  await until(() => !isAlive(pid), IMMEDIATE_STOP_MS);
}
