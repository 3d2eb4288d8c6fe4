import { spawn } from 'node:child_process';
import { LaunchError } from './messages.mjs';

const LAST_LINES = 20;

/**
 * Runs a program of ours to its end; stopped, it is ended.
 * @param {string[]} args of Node: script and its arguments
 * @param {{env: Record<string, string | undefined>, signal?: AbortSignal | undefined, cwd?: string}} options
 * @returns {Promise<{code: number | null, output: string, lastLines: string[]}>}
 */
export function runNode(args, { env, signal, cwd }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env, signal, cwd });
    let output = '';
    let words = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      output += chunk;
      words += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (words += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const lines = words.split('\n').filter((line) => line.trim());
      resolve({ code, output, lastLines: lines.slice(-LAST_LINES) });
    });
  });
}

/**
 * Runs one verb of the command line.
 * @param {string} cli its script
 * @param {string[]} verb
 * @param {Record<string, string | undefined>} env
 * @param {AbortSignal} signal
 * @returns {Promise<string>} its standard output
 */
export async function runVerb(cli, verb, env, signal) {
  const { code, output, lastLines } = await runNode(['--enable-source-maps', cli, ...verb], { env, signal });
  if (code === 0) return output;
  const words = `fieldcase ${verb.join(' ')}`;
  throw new LaunchError(`${words} 失败`, `${words} failed`, lastLines);
}
