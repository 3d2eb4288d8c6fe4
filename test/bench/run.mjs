import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dispatch, withServer } from '../rig/dispatch.mjs';
import { keptIn } from './kit/record.mjs';

/**
 * `npm run bench -- <name> [options]`; `--smoke` after the name runs it small and fails where its shape is not as it
 * should be, `--record` also writes its figures into docs/benchmarks.md. `npm run bench -- --smoke`: all of them, small.
 */
const folder = new URL('.', import.meta.url);
const args = process.argv.slice(2);

if (args[0] === '--smoke') await withServer(smokeOfAll);
else if (args.includes('--record')) {
  const rest = args.filter((arg) => arg !== '--record');
  await keptIn(rest, (onLine) => dispatch(folder, 'bench', rest, onLine));
} else await dispatch(folder, 'bench', args);

/** @param {NodeJS.ProcessEnv} env of the one server that all of them use */
async function smokeOfAll(env) {
  Object.assign(process.env, env);
  const names = readdirSync(fileURLToPath(folder)).flatMap((file) => /^(.*)\.bench\.(ts|mjs)$/.exec(file)?.[1] ?? []);
  /** @type {string[]} */
  const failed = [];
  for (const name of names.toSorted()) {
    const began = performance.now();
    await dispatch(folder, 'bench', [name, '--smoke']);
    if (process.exitCode) failed.push(name);
    process.exitCode = 0;
    console.log(`bench ${name}: ${Math.round((performance.now() - began) / 1_000)} s`);
  }
  console.log(failed.length === 0 ? `${names.length} benches have their shape` : `not so: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
