import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const loader = fileURLToPath(new URL('./load-typescript.cjs', import.meta.url));
const EXTENSIONS = ['.ts', '.mjs'];

/**
 * Runs `<folder>/<name>.<suffix>.ts`, `<folder>/<name>.ts` or `.mjs` with the rest of the arguments, and exits as it did.
 * Signals reach the child by the terminal's process group.
 */
export function dispatch(folderUrl, suffix, [name, ...args]) {
  const folder = fileURLToPath(folderUrl);
  const own = new Set(['run.mjs', 'dispatch.mjs']);
  const names = readdirSync(folder)
    .filter((file) => !own.has(file) && EXTENSIONS.some((extension) => file.endsWith(`.${suffix}${extension}`)))
    .map((file) => file.split('.')[0]);
  const script = EXTENSIONS.map((extension) => path.join(folder, `${name}.${suffix}${extension}`)).find(existsSync);
  if (!name || !script) {
    console.error(`usage: npm run ${suffix} -- <${[...new Set(names)].sort().join('|')}> [options]`);
    process.exit(2);
  }
  const child = spawn(process.execPath, [...(script.endsWith('.ts') ? ['-r', loader] : []), script, ...args], {
    stdio: 'inherit',
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
