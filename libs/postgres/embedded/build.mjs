import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError, say } from './messages.mjs';
import { isAlive, until } from './processes.mjs';
import { runNode } from './verbs.mjs';

const APPS = ['api', 'worker', 'cli'];
const CONFIGURATION = ['package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json', 'rspack.config.js'];
const STAMP = '.stamp';
const BUILD_MS = 120_000;

/**
 * Builds the applications when their sources differ from what `dist` was built from.
 * @param {string} root of the repository
 * @param {AbortSignal} [signal]
 */
export async function ensureBuilt(root, signal) {
  const stamp = stampOf(root);
  if (isBuilt(root, stamp)) return;
  const release = await takeBuildLock(root);
  try {
    // Another start may have built while this one waited.
    if (isBuilt(root, stamp)) return;
    say('编译程序', 'building');
    await build(root, signal);
    writeFileSync(join(root, 'dist', STAMP), stamp);
  } finally {
    release();
  }
}

/**
 * @param {string} root
 * @param {string} stamp
 */
function isBuilt(root, stamp) {
  const file = join(root, 'dist', STAMP);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== stamp) return false;
  return APPS.every((app) => existsSync(join(root, 'dist', 'apps', app, 'main.js')));
}

/**
 * A digest of all that a build reads: by content, since a checkout gives new times to old files.
 * @param {string} root
 * @returns {string}
 */
export function stampOf(root) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '');
  const files = [...CONFIGURATION, ...sourcesIn(root, 'apps'), ...sourcesIn(root, 'libs')];
  for (const file of files) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesIn(root, path);
      return /\.(ts|tsx|json)$/.test(entry.name) && !/spec\.ts$/.test(entry.name) ? [path] : [];
    });
}

/**
 * @param {string} root
 * @param {AbortSignal} [signal]
 */
async function build(root, signal) {
  if (!existsSync(join(root, 'node_modules', '@rspack', 'core'))) {
    throw new LaunchError('缺少编译工具，请先运行 npm ci', 'the build tools are not installed: run npm ci first');
  }
  const args = [join(root, 'libs', 'postgres', 'embedded', 'bundle.mjs')];
  const done = await runNode(args, { cwd: root, env: { ...process.env, NO_COLOR: '1' }, signal });
  const missing = APPS.filter((app) => !existsSync(join(root, 'dist', 'apps', app, 'main.js')));
  if (done.code !== 0 || missing.length > 0) throw new LaunchError('编译失败', 'the build failed', done.lastLines);
}

/** @param {string} root */
async function takeBuildLock(root) {
  const lock = join(root, 'dist', '.building');
  const free = await until(() => tryLock(root, lock), BUILD_MS, 100);
  if (!free) throw new LaunchError(`另一个编译占用了 ${lock}`, `another build holds ${lock}: delete it if none runs`);
  return () => rmSync(lock, { recursive: true, force: true });
}

/**
 * @param {string} root
 * @param {string} lock
 */
function tryLock(root, lock) {
  try {
    mkdirSync(join(root, 'dist'), { recursive: true });
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'EEXIST') {
      throw new LaunchError(
        `无法写入 ${join(root, 'dist')}，请以安装者身份运行一次 npm run build`,
        `cannot write ${join(root, 'dist')} (${code}): run npm run build once as the user who installed it`,
      );
    }
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** @param {string} lock */
function isAbandoned(lock) {
  try {
    return !isAlive(Number(readFileSync(join(lock, 'pid'), 'utf8')));
  } catch {
    const stat = statSync(lock, { throwIfNoEntry: false });
    return Boolean(stat && Date.now() - stat.mtimeMs > 5_000);
  }
}
