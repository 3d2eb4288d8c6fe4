import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { scenarios } from '../rig/scenarios/registry';

const root = path.resolve(__dirname, '../..');
const page = readFileSync(path.join(root, 'docs/failures.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| [AB]\d/.test(line));
const idOf = (row: string): string => /^\| ([AB]\d+)/.exec(row)?.[1] ?? '';
const numbered = (letter: string, last: number): string[] =>
  Array.from({ length: last }, (_, n) => `${letter}${n + 1}`);

describe('docs/failures.md', () => {
  it('has a row for every failure that is to be shown', () => {
    expect(rows.map(idOf)).toEqual([...numbered('A', 22), ...numbered('B', 14), 'B19', 'B21', 'B22']);
  });

  it.each(rows.map((row) => [idOf(row), row] as const))('%s names tests that are there', (_, row) => {
    const named = [...row.matchAll(/`((?:apps|libs|test|docs)\/[^`]+)`(?: "([^"]+)")?/g)];
    for (const [, file = '', title] of named) {
      expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
      if (title === undefined) continue;
      expect([file, title, readFileSync(path.join(root, file), 'utf8').includes(title)]).toEqual([file, title, true]);
    }
    const ofRig = [...row.matchAll(/rig: ([AB]\d+)/g)].map(([, id]) => id);
    expect(named.length + ofRig.length).toBeGreaterThan(0);
    for (const id of ofRig) expect(scenarios.map((scenario) => scenario.id)).toContain(id);
  });

  it('names every scenario of the rig', () => {
    for (const { id } of scenarios) expect(rows.find((row) => idOf(row) === id)).toContain(`rig: ${id}`);
  });
});
