import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Output } from '../output';
import { runCommandLine } from '../program';

describe('fieldcase token', () => {
  let folder: string;
  const run = async (dataDir: string) => {
    const said = { out: '', err: '' };
    const output = (json: boolean) =>
      new Output(
        json,
        (text) => void (said.out += text),
        (text) => void (said.err += text),
      );
    const code = await runCommandLine(['token', 'agent'], { FIELDCASE_DATA_DIR: dataDir }, output);
    return { code, ...said };
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-token-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses where no instance was ever started, says what to do, and writes nothing', async () => {
    const absent = join(folder, 'absent');
    for (const dataDir of [absent, folder]) {
      const { code, out, err } = await run(dataDir);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`No instance was ever started on ${dataDir}: start one with "npm start"`);
    }
    expect(existsSync(absent)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('prints a token and nothing else on the folder of an instance', async () => {
    mkdirSync(join(folder, 'secrets'), { mode: 0o700 });
    const { code, out, err } = await run(folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });
});
