import { readFileSync, statSync } from 'node:fs';
import { dirname, parse } from 'node:path';

/** @typedef {{uid: number, gid: number}} SystemUser */

const READ_AND_ENTER = 0o5;
const ENTER = 0o1;

/**
 * PostgreSQL refuses to run as root: then it runs as `postgres`, else `nobody`; data that exists decides first.
 * @param {string} [existingData] a data folder that may exist already
 * @returns {SystemUser | undefined} nothing when this process may run PostgreSQL itself
 */
export function databaseUser(existingData) {
  if (process.getuid?.() !== 0) return undefined;
  const owner = existingData ? ownerOf(existingData) : undefined;
  if (owner && owner.uid !== 0) return owner;
  return accountOf('postgres') ?? accountOf('nobody') ?? { uid: 65534, gid: 65534 };
}

/**
 * @param {string} path
 * @returns {SystemUser | undefined}
 */
function ownerOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid };
}

/**
 * @param {string} name
 * @returns {SystemUser | undefined}
 */
function accountOf(name) {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    // macOS writes nobody as -2: as an unsigned number the system takes it.
    return uid && gid ? { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a user may read a folder: enter every folder above it, and list it.
 * @param {string} path
 * @param {SystemUser} user
 */
export function mayRead(path, user) {
  return mayEnter(dirname(path), user) && allowed(path, user, READ_AND_ENTER);
}

/**
 * Whether a user may enter a folder and every folder above it.
 * @param {string} path
 * @param {SystemUser} user
 */
export function mayEnter(path, user) {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!allowed(folder, user, ENTER)) return false;
    if (folder === parse(folder).root) return true;
  }
}

/**
 * @param {string} path
 * @param {SystemUser} user
 * @param {number} bits
 */
function allowed(path, user, bits) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}
