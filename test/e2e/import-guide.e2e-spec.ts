import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mappingJsonSchema } from '@fieldcase/contracts';
import { Launched } from '../support/launcher';
import { blocksOf, typeInto, type Typed } from '../support/typed-page';

const root = resolve(__dirname, '../..');
const page = readFileSync(join(root, 'docs/import.md'), 'utf8');
const blocks = blocksOf(page);

/** Everything that docs/import.md asks a service manager to type, and what it promises that he will see. */
describe('docs/import.md', () => {
  jest.setTimeout(120_000);
  let folder: string;
  let server: Launched;
  let typed: Typed[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-guide-'));
    chmodSync(folder, 0o755);
    const dataDir = join(folder, 'practice');
    server = new Launched({ root, dataDir });
    const url = await server.ready();
    mkdirSync(join(folder, 'tmp'));
    const env = { URL: url, FIELDCASE_DATA_DIR: dataDir, TMPDIR: join(folder, 'tmp') };
    const commands = blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text);
    typed = typeInto(root, env, commands);
  });

  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what the commands say, word for word', () => {
    const promised = blocks.flatMap(({ kind, text }, index) =>
      kind === 'sh' ? [{ typed: text, said: blocks[index + 1]?.kind === 'text' ? blocks[index + 1]?.text : '' }] : [],
    );
    const said = typed.map(({ typed: command, said: words }) => ({
      typed: command,
      // The folder of the example is the reader's own.
      said: words.replaceAll(/\S*\/tmp\.[^/]+\//g, ''),
    }));
    expect(said).toEqual(
      promised.map(({ typed: command, said: words = '' }) => ({ typed: command, said: words.trim() })),
    );
  });

  it('fails only where it says so: in the dry runs that reject', () => {
    const failing = typed.flatMap(({ code }, index) => (code === 0 ? [] : [index]));
    expect(failing.map((index) => typed[index]?.code)).toEqual([1, 1]);
    for (const index of failing) expect(typed[index]?.typed).toContain('--dry-run');
  });

  it('explains every key and every fixed value of a mapping', () => {
    const missing = [...namesIn(mappingJsonSchema())].filter((name) => !page.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it('explains every reason for which a row or a file is refused', () => {
    const sources = ['libs/domain/src/history', 'apps/cli/src/import'].flatMap((path) =>
      readdirSync(join(root, path))
        .filter((name) => name.endsWith('.ts') && !name.includes('spec') && !name.includes('fixture'))
        .map((name) => readFileSync(join(root, path, name), 'utf8')),
    );
    const sentences = sources.flatMap(fixedParts);
    expect(sentences.length).toBeGreaterThan(25);
    expect(sentences.filter((parts) => !parts.some((part) => page.includes(part)))).toEqual([]);
  });
});

/** Keys and fixed values anywhere in a JSON Schema. */
function namesIn(schema: unknown, names = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return names;
  const { properties, enum: values, const: value } = schema as Record<string, unknown>;
  for (const name of Object.keys(properties ?? {})) names.add(name);
  for (const each of [...((values as unknown[]) ?? []), value]) if (typeof each === 'string') names.add(each);
  for (const inner of Object.values(schema)) namesIn(inner, names);
  return names;
}

/** Of every sentence that a source file refuses with: its parts that do not depend on the file. */
function fixedParts(source: string): string[][] {
  const sentences = source.matchAll(
    /(?:new (?:RowProblem|FileProblem|ImportInterrupted)\(|problem: )\s*([`'"])(.*?)\1/gs,
  );
  return [...sentences].flatMap(([, , sentence = '']) => {
    const parts = sentence.split(/\$\{[^}]*\}|[;"]/).map((part) => part.replace(/^[\s,]+|[\s,:(]+$/g, ''));
    const telling = parts.filter((part) => part.length > 8);
    return telling.length > 0 ? [telling] : [];
  });
}
