import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const MADE_HERE = new Set(['node_modules', 'dist', '.data', '.git']);

/**
 * The files of a checkout in a folder of their own, never built, with the packages of the checkout.
 * @param {string} root
 * @returns {{root: string, remove: () => void}}
 */
export function copyOfProduct(root) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcase-copy-'));
  chmodSync(folder, 0o755);
  cpSync(root, folder, { recursive: true, filter: (source) => !MADE_HERE.has(basename(source)) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { root: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
