import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './messages.mjs';
import { mayEnter } from './system-user.mjs';

/** @typedef {import('./system-user.mjs').SystemUser} SystemUser */

/**
 * Makes the data folder, if need be.
 * @param {string} dataDir
 * @returns {string} its real path
 */
export function prepareDataFolder(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true });
    const secrets = join(dataDir, 'secrets');
    if (!existsSync(secrets)) makePrivateFolder(secrets, rootOwns(dataDir) ? undefined : statSync(dataDir));
    // Made by another user, root for instance, it is found out here and not half way.
    for (const folder of [dataDir, secrets]) accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw new LaunchError(
      `无法写入数据目录 ${dataDir}，请检查权限或设置 FIELDCASE_DATA_DIR`,
      `cannot write the data folder ${dataDir} (${String(/** @type {Error} */ (error).message)}): mend its permissions or set FIELDCASE_DATA_DIR`,
    );
  }
}

/** Whether this is not root in somebody else's data folder. @param {string} dataDir */
function rootOwns(dataDir) {
  return process.getuid?.() !== 0 || statSync(dataDir).uid === 0;
}

/**
 * Where PostgreSQL's files go: `<dataDir>/pg`, or, when the user that runs it cannot get there, a folder elsewhere
 * that a file in the data folder names.
 * @param {string} dataDir an absolute real path
 * @param {SystemUser | undefined} user
 */
export function clusterFolder(dataDir, user) {
  const pointer = join(dataDir, 'pg-location.json');
  const inside = join(dataDir, 'pg');
  if (existsSync(pointer)) return followPointer(pointer, dataDir);
  if (existsSync(join(inside, 'PG_VERSION')) || !user || mayEnter(dataDir, user)) return inside;
  const parent = outsideParent();
  const path = join(parent, randomBytes(6).toString('hex'));
  writeFileSync(pointer, `${JSON.stringify({ path, of: dataDir })}\n`);
  return path;
}

/**
 * @param {string} pointer
 * @param {string} dataDir
 * @returns {string}
 */
function followPointer(pointer, dataDir) {
  const { path, of } = JSON.parse(readFileSync(pointer, 'utf8'));
  if (of === dataDir) return path;
  if (existsSync(join(of, 'pg-location.json'))) {
    throw new LaunchError(
      `数据目录 ${dataDir} 是 ${of} 的副本，而数据库在 ${path}：请删除副本或使用原目录`,
      `the data folder ${dataDir} is a copy of ${of}, whose database is in ${path}: delete the copy or use the original`,
    );
  }
  writeFileSync(pointer, `${JSON.stringify({ path, of: dataDir })}\n`);
  return path;
}

function outsideParent() {
  for (const parent of ['/var/lib/fieldcase', '/var/tmp/fieldcase']) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o755 });
      const stat = statSync(parent);
      if (stat.uid === process.getuid?.() && !(stat.mode & 0o022)) return parent;
    } catch {
      // The next place is tried.
    }
  }
  throw new LaunchError(
    '找不到数据库用户可以使用的数据目录，请设置 FIELDCASE_DATA_DIR',
    'no folder for the data that the database user can enter: set FIELDCASE_DATA_DIR',
  );
}

/**
 * An empty folder that only the database user may enter.
 * @param {string} folder
 * @param {SystemUser | undefined} user
 */
export function makePrivateFolder(folder, user) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
}

/**
 * Writes a file that nobody else may read; made by root in somebody's data folder it belongs to that somebody.
 * @param {string} path
 * @param {string} content
 * @param {SystemUser} [user]
 */
export function writePrivately(path, content, user) {
  // Renamed into place: whoever waits for the file never reads half of it, and a full disk leaves the old one.
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, content, { mode: 0o600 });
    chmodSync(draft, 0o600);
    if (process.getuid?.() === 0) {
      const owner = user ?? statSync(join(path, '..'));
      chownSync(draft, owner.uid, owner.gid);
    }
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
