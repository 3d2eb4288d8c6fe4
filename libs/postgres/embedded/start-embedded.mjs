import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usableBinaries } from './binaries.mjs';
import { connectionStrings, databaseSecrets, ensureCluster } from './cluster.mjs';
import { clusterFolder, prepareDataFolder, writePrivately } from './data-location.mjs';
import { lockDataFolder } from './instance-lock.mjs';
import { ProcessLog } from './process-log.mjs';
import { startServer } from './server.mjs';
import { databaseUser } from './system-user.mjs';

/**
 * @typedef {object} Embedded
 * @property {string} databaseUrl the application's login: no rights but those that migrations grant it
 * @property {string} migrationUrl the owner
 * @property {number} port
 * @property {number} pid of the postmaster
 * @property {boolean} fresh the database is new
 * @property {Promise<void>} exited
 * @property {() => string[]} lastLines of the server's log
 * @property {(fastMs?: number) => Promise<void>} stop gives the data folder back as well
 */

/**
 * Starts the PostgreSQL that comes with the packages, on a free loopback port. The data folder is locked: a second
 * start on it is refused (LaunchError). Stop what you started.
 * @param {{dataDir: string, settings?: Record<string, string>, locked?: boolean, signal?: AbortSignal}} options
 *   `settings` of PostgreSQL; `locked` when the caller holds the folder's lock; `signal` gives the start up
 * @returns {Promise<Embedded>}
 */
export async function startEmbedded({ dataDir, settings = {}, locked = false, signal }) {
  const home = prepareDataFolder(resolve(dataDir));
  const unlock = locked ? () => undefined : lockDataFolder(home);
  try {
    return await startIn(home, { settings, signal }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * @param {string} home
 * @param {{settings: Record<string, string>, signal?: AbortSignal | undefined}} options
 * @param {() => void} unlock
 * @returns {Promise<Embedded>}
 */
async function startIn(home, { settings, signal }, unlock) {
  const cluster = existingCluster(home);
  const user = databaseUser(existsSync(cluster) ? cluster : home);
  const binaries = usableBinaries(user);
  const folder = clusterFolder(home, user);
  const secrets = databaseSecrets(home);
  const fresh = await ensureCluster({ folder, binaries, user, secrets });
  mkdirSync(join(home, 'logs'), { recursive: true });
  const log = new ProcessLog(join(home, 'logs', 'postgres.log'));
  const portFile = join(home, 'pg-port');
  const server = await startServer({ folder, binaries, user, log, settings, signal }, lastPort(portFile));
  writePrivately(portFile, `${server.port}\n`);
  return {
    ...connectionStrings(secrets, server.port),
    port: server.port,
    pid: server.pid,
    fresh,
    exited: server.exited,
    lastLines: () => log.lastLines(),
    stop: async (fastMs) => {
      await server.stop(fastMs);
      log.close();
      unlock();
    },
  };
}

/** @param {string} home */
function existingCluster(home) {
  const pointer = join(home, 'pg-location.json');
  return existsSync(pointer) ? JSON.parse(readFileSync(pointer, 'utf8')).path : join(home, 'pg');
}

/** @param {string} portFile */
function lastPort(portFile) {
  try {
    return Number(readFileSync(portFile, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
