import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Launched } from '../support/launcher';
import { blocksOf } from '../support/typed-page';

const root = resolve(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** `sh` blocks are run, the others say what a person types once. */
const blocks = (kind: string): string[] =>
  blocksOf(readme)
    .filter((block) => block.kind === kind)
    .map(({ text }) => text);

/** Everything in the README that can be typed is typed here, against a server that `npm start` would start. */
describe('README', () => {
  jest.setTimeout(120_000);
  let dataDir: string;
  let server: Launched;
  let url: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-readme-'));
    chmodSync(dataDir, 0o755);
    server = new Launched({ root, dataDir });
    url = await server.ready();
  });

  afterAll(async () => {
    await server.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has the two commands', () => {
    expect(blocks('')[0]).toBe('npm ci\nnpm start\n');
  });

  it('has a tour that works as it is written', () => {
    const tour = blocks('sh').join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', tour], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, URL: url, FIELDCASE_DATA_DIR: dataDir },
    });
    expect({ status, stderr: status === 0 ? '' : stderr + stdout }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/onSiteResponse met: .*the technician arrived/);
    expect(stdout).toMatch(/restore met: /);
    expect(stdout).toMatch(/Case [3-9A-Z]{3}-[3-9A-Z]{3}-[3-9A-Z] reported/);
    expect(stdout).toMatch(/"rows": *\d+/);
  });
});
