import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface PackageFile {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly allowScripts: Record<string, boolean>;
  readonly engines: { readonly node: string };
}

interface LockFile {
  readonly packages: Record<string, { readonly resolved?: string; readonly hasInstallScript?: boolean }>;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as T;

describe('packages', () => {
  const own = read<PackageFile>('package.json');
  const lock = read<LockFile>('package-lock.json');

  it('are named in exact versions', () => {
    const all = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('come from whatever registry the installer has set', () => {
    const hosts = Object.values(lock.packages).filter(({ resolved }) => resolved && /^[a-z+]+:\/\//.test(resolved));
    expect(hosts).toEqual([]);
  });

  it('run install scripts only where each is named, allowed or not', () => {
    const withScripts = Object.entries(lock.packages)
      .filter(([path, { hasInstallScript }]) => hasInstallScript && path.includes('node_modules/'))
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(withScripts.filter((name) => !(name in own.allowScripts))).toEqual([]);
  });

  it('promise Node 20.19', () => {
    expect(own.engines.node).toBe('>=20.19');
  });
});
