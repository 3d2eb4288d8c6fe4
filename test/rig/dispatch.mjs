import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '../../libs/postgres/embedded/start-embedded.mjs';

const loader = fileURLToPath(new URL('./load-typescript.cjs', import.meta.url));
const EXTENSIONS = ['.ts', '.mjs'];

/**
 * Runs `<folder>/<name>.<kind>.ts` with the rest of the arguments and exits as it did, on the server of
 * FIELDCASE_TEST_DATABASE_URL, or else on an embedded one that lives as long as the run. What is `.mjs` starts the
 * product as it is, and needs no other server.
 * @param {URL} folderUrl
 * @param {'rig' | 'bench'} kind
 * @param {string[]} argv
 * @param {(line: string) => void} [onLine] is told what it prints, as well
 */
export async function dispatch(folderUrl, kind, [name, ...args], onLine) {
  const folder = fileURLToPath(folderUrl);
  const script = EXTENSIONS.map((extension) => path.join(folder, `${name}.${kind}${extension}`)).find(existsSync);
  if (!name || !script) {
    const names = readdirSync(folder).filter((file) => EXTENSIONS.some((end) => file.endsWith(`.${kind}${end}`)));
    const choices = [...new Set(names.map((file) => file.split('.')[0]))].sort().join('|');
    console.error(`usage: npm run ${kind} -- <${choices}> [options]`);
    process.exitCode = 2;
    return;
  }
  const run = async (/** @type {NodeJS.ProcessEnv} */ env) => {
    process.exitCode = await runScript(script, args, env, onLine);
  };
  await (script.endsWith('.mjs') ? run(process.env) : withServer(run));
}

/**
 * Does the work on the server of FIELDCASE_TEST_DATABASE_URL, or else on an embedded one that ends with it.
 * @param {(env: NodeJS.ProcessEnv) => Promise<void>} work
 */
export async function withServer(work) {
  // Ctrl-C reaches the child by the terminal; this process stays to stop the server.
  process.on('SIGINT', () => undefined);
  const server = process.env['FIELDCASE_TEST_DATABASE_URL'] ? undefined : await scratchServer();
  try {
    await work({ ...process.env, ...(server ? { FIELDCASE_TEST_DATABASE_URL: server.url } : {}) });
  } finally {
    await server?.stop();
  }
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} [onLine]
 * @returns {Promise<number>} its exit code
 */
export function runScript(script, args, env, onLine) {
  const loading = script.endsWith('.ts') ? ['-r', loader] : [];
  const stdio = /** @type {const} */ (['inherit', onLine ? 'pipe' : 'inherit', 'inherit']);
  const child = spawn(process.execPath, [...loading, script, ...args], { stdio: [...stdio], env });
  if (onLine && child.stdout) {
    child.stdout.pipe(process.stdout, { end: false });
    createInterface({ input: child.stdout }).on('line', onLine);
  }
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function scratchServer() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'fieldcase-rig-'));
  chmodSync(scratch, 0o755);
  const server = await startEmbedded({ dataDir: path.join(scratch, 'data'), settings: { max_connections: '300' } });
  return {
    url: server.migrationUrl,
    async stop() {
      await server.stop(3_000);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
