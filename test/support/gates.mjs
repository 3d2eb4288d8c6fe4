import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** What must hold before a test runs; each with the command of its package. */
const GATES = [
  { name: 'types', bin: 'typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'types of scripts', bin: 'typescript/bin/tsc', args: ['-p', 'tsconfig.scripts.json'] },
  { name: 'lint', bin: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', bin: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  {
    name: 'imports',
    bin: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['apps', 'libs', 'test', '--config', '.dependency-cruiser.cjs'],
  },
  { name: 'sizes', script: 'test/structure/sizes.mjs', args: ['apps', 'libs', 'test'] },
  { name: 'house', script: 'test/structure/house-rules.mjs', args: ['.'] },
];

/**
 * Runs every gate, as many at a time as there are cores; prints what a failing one says.
 * @param {string} root
 * @returns {Promise<string[]>} names of those that failed
 */
export async function runGates(root) {
  const waiting = [...GATES];
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) {
      const { code, output, seconds } = await run(root, gate);
      console.log(`gate ${gate.name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
      if (code === 0) continue;
      failed.push(gate.name);
      console.log(output.trim());
    }
  };
  await Promise.all(Array.from({ length: Math.min(cpus().length, GATES.length) }, lane));
  return failed;
}

/**
 * @param {string} root
 * @param {{bin?: string, script?: string, args: string[]}} gate
 * @returns {Promise<{code: number, output: string, seconds: string}>}
 */
function run(root, gate) {
  const program = gate.bin ? join(root, 'node_modules', gate.bin) : join(root, gate.script ?? '');
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...gate.args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    /** @param {number} code */
    const end = (code) => resolve({ code, output, seconds: ((performance.now() - began) / 1000).toFixed(1) });
    child.once('error', (error) => {
      output += error.message;
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}
