import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The files of a checkout in a folder of their own, never built, with the packages of the checkout.
 * @param {string} root
 * @returns {{root: string, remove: () => void}}
 */
export function copyOfProduct(root) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcase-copy-'));
  chmodSync(folder, 0o755);
  const list = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (list.status !== 0) throw new Error(`git ls-files: ${list.stderr}`);
  for (const name of list.stdout.split('\0')) {
    // A file may be deleted and not committed yet.
    if (name === '' || !existsSync(join(root, name))) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { root: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
