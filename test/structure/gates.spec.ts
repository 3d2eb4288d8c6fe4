import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, cpSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FIXTURES = join(__dirname, 'fixtures');

interface Verdict {
  readonly code: number | null;
  readonly output: string;
}

function run(bin: string, args: readonly string[], cwd = ROOT): Verdict {
  const done = spawnSync(process.execPath, [join(ROOT, bin), ...args], { cwd, encoding: 'utf8' });
  return { code: done.status, output: `${done.stdout}${done.stderr}` };
}

/** The gates leave fixtures out: so they are judged as a house of their own, elsewhere. */
function withHouse<T>(body: (house: string) => T): T {
  const house = mkdtempSync(join(tmpdir(), 'fieldcase-gates-'));
  try {
    cpSync(join(FIXTURES, 'house'), house, { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
    return body(house);
  } finally {
    rmSync(house, { recursive: true });
  }
}

describe('each gate can fail', () => {
  jest.setTimeout(120_000);

  it('imports: every rule of the house finds its violation', () => {
    const verdict = withHouse((house) => {
      const config = join(ROOT, '.dependency-cruiser.cjs');
      const args = ['apps', 'libs', 'test', '--config', config, '--output-type', 'err', '--no-progress'];
      return run('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', args, house);
    });
    expect(verdict.code).not.toBe(0);
    const found = new Set([...verdict.output.matchAll(/error ([a-z-]+):/g)].map(([, rule]) => rule));
    expect([...found].sort()).toEqual([
      'apps-never-import-apps',
      'cqrs-in-application-only',
      'domain-libs',
      'domain-node',
      'domain-packages',
      'eventsourcing-node',
      'libs-by-their-entry',
      'libs-never-import-apps',
      'no-cycles',
      'read-models-know-events-and-clocks-only',
      'read-models-packages',
      'resolvable',
      'tests-stay-out-of-the-product',
    ]);
    expect(verdict.output).not.toContain('libs/application/src/index.ts →');
  });

  it('lint: floating and misused promises, the event bus, the environment', () => {
    const folder = mkdtempSync(join(ROOT, 'libs', 'domain', 'src', 'lint-'));
    try {
      cpSync(join(FIXTURES, 'lint'), folder, { recursive: true });
      const { code, output } = run('node_modules/oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', folder]);
      expect(code).not.toBe(0);
      expect(output).toContain('typescript(no-floating-promises)');
      expect(output).toContain('typescript(no-misused-promises)');
      expect(output).toContain('typescript(await-thenable)');
      expect(output).toContain('node(no-process-env)');
      for (const name of ['AggregateRoot', 'EventBus', 'EventPublisher', 'EventsHandler', 'Saga']) {
        expect(output).toContain(`'${name}' import from '@nestjs/cqrs'`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('sizes: 301 lines, a function of 51; not 50, nor the body of a describe', () => {
    const { code, output } = run('test/structure/sizes.mjs', [join(FIXTURES, 'sizes')]);
    expect(code).toBe(1);
    const found = output.trim().split('\n');
    expect(found).toHaveLength(2);
    expect(output).toMatch(/long-file\.ts: 301 lines/);
    expect(output).toMatch(/long-function\.ts:1: a function of 52 lines/);
  });

  it('house: barrels, writes through TypeORM, a transaction around an append, a lib without its entry', () => {
    const { code, output } = withHouse((house) => {
      rmSync(join(house, 'libs/contracts/src/index.ts'));
      return run('test/structure/house-rules.mjs', [house]);
    });
    expect(code).toBe(1);
    expect(output.trim().split('\n').sort()).toEqual([
      'libs/contracts: no src/index.ts, the one public entry',
      'libs/postgres/src/event-store/store.ts: a transaction around an append',
      'libs/postgres/src/event-store/store.ts: repository.save() writes through TypeORM: write SQL',
      'libs/postgres/src/inner/index.ts: a barrel behind the public entry',
    ]);
  });

  it('types and format: a wrong type, an unformatted file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldcase-types-'));
    try {
      const file = join(folder, 'wrong.ts');
      spawnSync('sh', ['-c', `echo 'export const  n: number = "one"' > "${file}"`]);
      expect(existsSync(file)).toBe(true);
      expect(run('node_modules/typescript/bin/tsc', ['--noEmit', '--ignoreConfig', file]).code).not.toBe(0);
      expect(run('node_modules/prettier/bin/prettier.cjs', ['--check', file]).code).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
