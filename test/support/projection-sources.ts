import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Version and sources' digest of a projection, as they were when the version was last raised. */
export interface ProjectionDigest {
  readonly version: number;
  readonly hash: string;
}

/** Code that decides what a row holds: the projection's own files and the business rules that it folds with. */
const FOLLOWED = /^@fieldcase\/(read-models|domain)(\/|$)/;

/**
 * SHA-256 over everything that `entry` runs: its own code and what it imports, without types, comments and layout.
 * @param aliases import name -> file, absolute
 */
export function digestOf(entry: string, root: string, aliases: ReadonlyMap<string, string>): string {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const code = strip(readFileSync(file, 'utf8'));
    found.set(file, code);
    for (const { fileName } of ts.preProcessFile(code).importedFiles) {
      const target = fileName.startsWith('.')
        ? resolve(path.resolve(path.dirname(file), fileName))
        : FOLLOWED.test(fileName)
          ? aliases.get(fileName)
          : undefined;
      if (target) waiting.push(target);
    }
  }
  const hash = createHash('sha256');
  for (const file of [...found.keys()].sort()) hash.update(`${path.relative(root, file)}\n${found.get(file)}\n`);
  return hash.digest('hex');
}

/** What is wrong with the recorded digests, in sentences; empty when every change came with a new version. */
export function versionProblems(
  recorded: Readonly<Record<string, ProjectionDigest>>,
  actual: Readonly<Record<string, ProjectionDigest>>,
): string[] {
  return Object.entries(actual).flatMap(([name, now]) => {
    const before = recorded[name];
    if (!before) return [`${name}: has no recorded digest yet`];
    if (before.version === now.version && before.hash !== now.hash) {
      return [`${name}: its sources changed, but its version is still ${now.version}. Raise it: old rows are rebuilt`];
    }
    if (before.version > now.version)
      return [`${name}: version ${now.version} was used before, go on from ${before.version}`];
    return before.version === now.version ? [] : [`${name}: version ${now.version} is not recorded yet`];
  });
}

/** Only new versions are recorded: a change without one stays a problem. */
export function recordNew(
  recorded: Readonly<Record<string, ProjectionDigest>>,
  actual: Readonly<Record<string, ProjectionDigest>>,
): Record<string, ProjectionDigest> {
  return Object.fromEntries(
    Object.entries(actual).map(([name, now]) => {
      const before = recorded[name];
      return [name, before && before.version >= now.version ? before : now];
    }),
  );
}

function strip(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      experimentalDecorators: true,
    },
  });
  return outputText.replace(/\s+/g, ' ');
}

function resolve(base: string): string {
  const found = [`${base}.ts`, path.join(base, 'index.ts'), base].find((file) => existsSync(file));
  if (!found) throw new Error(`${base}: expected a TypeScript file or folder that an import names`);
  return found;
}
