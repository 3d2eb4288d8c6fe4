import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InMemoryEventStore } from '@fieldcase/eventsourcing';
import { projections } from '@fieldcase/read-models';
import { digestOf, recordNew, versionProblems, type ProjectionDigest } from '../../../test/support/projection-sources';

const root = path.resolve(__dirname, '../../..');
const recordFile = path.join(root, 'libs/read-models/projection-hashes.json');
const { compilerOptions } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};
const aliases = new Map(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [alias, path.resolve(root, file)]),
);

describe('versions of the projections', () => {
  it('are raised with every change of their sources', () => {
    const actual = Object.fromEntries(
      projections(new InMemoryEventStore()).map(({ name, version }) => {
        const entry = path.join(root, `libs/read-models/src/${name}/${name}.projection.ts`);
        return [name, { version, hash: digestOf(entry, root, aliases) }];
      }),
    );
    const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, ProjectionDigest>;
    // Record a raised version: UPDATE_PROJECTION_HASHES=1 npx jest apps/worker/src/projection-versions.spec.ts
    const kept = process.env['UPDATE_PROJECTION_HASHES'] ? recordNew(recorded, actual) : recorded;
    if (kept !== recorded) writeFileSync(recordFile, `${JSON.stringify(kept, null, 2)}\n`);
    expect(versionProblems(kept, actual)).toEqual([]);
  });
});

describe('digestOf', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'projection-sources-'));
  const write = (name: string, code: string): string => {
    writeFileSync(path.join(folder, name), code);
    return path.join(folder, name);
  };
  const entry = write(
    'a.ts',
    `import { b } from './b'; import type { C } from './c'; export const a = (c: C) => b + c.n;`,
  );
  write('b.ts', 'export const b = 1;');
  write('c.ts', 'export interface C { n: number }');
  const digest = (): string => digestOf(entry, folder, new Map());
  const before = digest();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('sees a change in what is imported', () => {
    write('b.ts', 'export const b = 2;');
    expect(digest()).not.toBe(before);
    write('b.ts', 'export const b = 1;');
    expect(digest()).toBe(before);
  });

  it('sees no comment, layout or type', () => {
    write('b.ts', '/** One. */\nexport const b: number =\n  1;\n');
    write('c.ts', 'export interface C { n: number; more?: string }');
    expect(digest()).toBe(before);
  });
});

describe('versionProblems', () => {
  const recorded = { board: { version: 2, hash: 'x' } };
  const problems = (version: number, hash: string): string[] => versionProblems(recorded, { board: { version, hash } });

  it('names a change without a new version, and a version that goes back', () => {
    expect(problems(2, 'x')).toEqual([]);
    expect(problems(2, 'y')).toEqual([expect.stringContaining('still 2')]);
    expect(problems(1, 'y')).toEqual([expect.stringContaining('go on from 2')]);
    expect(problems(3, 'y')).toEqual([expect.stringContaining('not recorded yet')]);
  });

  it('records a raised version only', () => {
    expect(recordNew(recorded, { board: { version: 2, hash: 'y' } })).toEqual(recorded);
    expect(recordNew(recorded, { board: { version: 3, hash: 'y' } })).toEqual({ board: { version: 3, hash: 'y' } });
  });
});
