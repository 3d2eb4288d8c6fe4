import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Output } from '../output';
import { runCommandLine } from '../program';

describe('fieldcase simulate', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-simulate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    let err = '';
    const output = (json: boolean) =>
      new Output(
        json,
        () => undefined,
        (text) => void (err += text),
      );
    const code = await runCommandLine(['simulate', ...args], { FIELDCASE_DATA_DIR: folder, ...env }, output);
    return { code, err };
  };

  it.each([
    [['--per-minute', '0'], '--per-minute: expected a whole number from 1 to 600, got "0"'],
    [['--cases', '1e3'], '--cases: expected a whole number from 1 to 100, got "1e3"'],
    [['--for', '8d'], '--for: expected 7d at most, got "8d"'],
    [['--for', 'long'], '--for: expected a duration such as 30m, 8h or 7d, got "long"'],
    [['--api', 'localhost:3000'], '--api: expected http://..., got "localhost:3000"'],
  ])('%j is refused as usage', async (args, words) => {
    expect(await run(args)).toEqual({ code: 2, err: `${words}\n` });
  });

  it('refuses where nothing runs, where no instance ever was, and with another issuer', async () => {
    expect(await run([])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Nothing runs on ${folder}`) as string,
    });
    const api = ['--api', 'http://127.0.0.1:1'];
    expect(await run(api)).toMatchObject({
      code: 1,
      err: expect.stringContaining('No instance was ever started') as string,
    });
    mkdirSync(join(folder, 'secrets'));
    const external = {
      AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks',
      AUTH_ISSUER: 'https://login.example.cn',
      AUTH_AUDIENCE: 'fieldcase',
    };
    expect(await run(api, external)).toMatchObject({
      code: 1,
      err: expect.stringContaining('AUTH_JWKS_URL is set') as string,
    });
  });

  it('is as long as it was asked to be: less than a turn is none', async () => {
    mkdirSync(join(folder, 'secrets'));
    const args = ['--api', 'http://127.0.0.1:1', '--per-minute', '1', '--for', '59s'];
    expect(await run(args)).toEqual({ code: 0, err: '' });
  });
});
