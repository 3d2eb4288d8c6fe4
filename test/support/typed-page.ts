import { spawnSync } from 'node:child_process';

export interface Block {
  /** What stands behind the fence: `sh` is typed by the tests, `text` is what it then says. */
  readonly kind: string;
  readonly text: string;
}

export interface Typed {
  readonly typed: string;
  readonly code: number;
  readonly said: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }));
}

const MARK = '@@ typed:';

/** Types blocks one after the other into one shell, as a reader does who goes on after a failure. */
export function typeInto(cwd: string, env: Readonly<Record<string, string>>, blocks: readonly string[]): Typed[] {
  const script = blocks.map((block) => `${block}\ncode=$?; echo; echo "${MARK} $code"`).join('\n');
  const { stdout } = spawnSync('bash', ['-o', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const parts = stdout.split(new RegExp(`${MARK} (\\d+)\\n`));
  return blocks.map((typed, index) => ({
    typed,
    said: (parts[index * 2] ?? '').trim(),
    code: Number(parts[index * 2 + 1] ?? Number.NaN),
  }));
}
