import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nameOf, processTree, proportionalMb } from '../support/process-tree.mjs';
import { Product } from '../support/product.mjs';

/**
 * `npm run bench -- memory [--seconds 60] [--load] [--settle 120] [--every 5] [--smoke]`: memory of all processes of
 * `npm start` with the sample data, as the sum of their proportional shares. Idle: after `ready`, and again after a
 * restart. With `--load` then also under the load of the bench `http`, for 600 s unless `--seconds` says otherwise: what
 * it grows by in a minute once it has settled. The reference is the idle product of the same run. Linux only.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    load: { type: 'boolean', default: false },
    settle: { type: 'string', default: '120' },
    every: { type: 'string', default: '5' },
    smoke: { type: 'boolean', default: false },
  },
});
const loaded = values.load || values.smoke;
const { idleSeconds, loadSeconds, settleSeconds, everySeconds } = values.smoke
  ? { idleSeconds: 1, loadSeconds: 4, settleSeconds: 2, everySeconds: 0.5 }
  : {
      idleSeconds: values.load ? 30 : Number(values.seconds ?? 60),
      loadSeconds: Number(values.seconds ?? 600),
      settleSeconds: Number(values.settle),
      everySeconds: Number(values.every),
    };
const IDLE_MB = 350;
const LOADED_MB = 700;
/** A trend of less is the noise of garbage collectors. */
const STEADY_MB_PER_MINUTE = 1;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const load = createRequire(import.meta.url);
load('../rig/load-typescript.cjs');
const { BenchReport } = /** @type {typeof import('./kit/bench-report.js')} */ (load('./kit/bench-report.ts'));
const { trendPerMinute } = /** @type {typeof import('./kit/trend.js')} */ (load('./kit/trend.ts'));
/**
 * @typedef {{perSecond: number, errors: number, firstError: string | undefined}} Loaded
 * @typedef {{url: string, dataDir: string}} Place
 */
const { underHttp } = /** @type {{underHttp: (product: Place, seconds: number) => Promise<Loaded>}} */ (
  load('./kit/under-http.ts')
);
const report = new BenchReport('memory');

/** @param {number} pid */
function memoryOf(pid) {
  /** @type {Record<string, number>} */
  const byName = {};
  let total = 0;
  for (const each of processTree(pid)) {
    const name = nameOf(each);
    const mb = proportionalMb(each);
    byName[name] = (byName[name] ?? 0) + mb;
    total += mb;
  }
  return { atMs: performance.now(), value: total, byName };
}

/**
 * Looks again and again until something has ended.
 * @param {number} pid
 * @param {Promise<unknown>} end
 */
async function watch(pid, end) {
  let ended = false;
  const ending = end.finally(() => (ended = true));
  ending.catch(() => undefined);
  const samples = [memoryOf(pid)];
  while (!ended) {
    await Promise.race([ending, pause(everySeconds * 1_000)]);
    samples.push(memoryOf(pid));
  }
  return samples;
}

/**
 * @param {string} state
 * @param {Awaited<ReturnType<typeof watch>>} samples
 */
function tell(state, samples) {
  const totals = samples.map(({ value }) => Math.round(value));
  const { api = 0, worker = 0, postgres = 0, launcher = 0, ...others } = samples.at(-1)?.byName ?? {};
  const rest = Object.values(others).reduce((sum, mb) => sum + mb, 0);
  const parts = { api, worker, postgres, launcher, others: rest };
  const [first = 0, last = 0, highest] = [totals[0], totals.at(-1), Math.max(...totals)];
  const byName = Object.fromEntries(Object.entries(parts).map(([name, mb]) => [name, Math.round(mb)]));
  report.add({ state, firstMb: first, highestMb: highest, lastMb: last, ...byName });
  return { last, highest };
}

/**
 * @param {string} name
 * @param {string} dataDir
 * @param {(product: Product, url: string, idleMb: number) => Promise<void>} [afterwards]
 */
async function observe(name, dataDir, afterwards) {
  const limits = { RATE_COMMANDS_PER_MINUTE: '1000000000' };
  const product = new Product(root, {
    args: ['--port', '0', '--still', ...(values.smoke ? ['--empty'] : [])],
    env: { ...process.env, ...limits, FIELDCASE_DATA_DIR: dataDir },
  });
  try {
    const url = await product.ready();
    const { last } = tell(`idle, ${name} start`, await watch(product.pid, pause(idleSeconds * 1_000)));
    report.goal(`${IDLE_MB} MB idle, ${name} start`, last <= IDLE_MB, last);
    await afterwards?.(product, url, last);
  } finally {
    await product.stop();
  }
}

/**
 * @param {Product} product
 * @param {string} url
 * @param {number} idleMb
 */
async function observeUnderLoad(product, url, idleMb) {
  const began = performance.now();
  const loading = underHttp({ url, dataDir }, loadSeconds);
  const samples = await watch(product.pid, loading);
  const { perSecond, errors, firstError } = await loading;
  const { highest } = tell('under load', samples);
  const settled = samples.filter(({ atMs }) => atMs - began >= settleSeconds * 1_000);
  const trend = Number(trendPerMinute(settled).toFixed(2));
  report.add({ seconds: loadSeconds, commandsPerSecond: Math.round(perSecond), mbPerMinute: trend });
  for (const part of ['api', 'worker', 'postgres']) {
    const ofPart = settled.map(({ atMs, byName }) => ({ atMs, value: byName[part] ?? 0 }));
    report.add({ part, mbPerMinute: Number(trendPerMinute(ofPart).toFixed(2)) });
  }
  report.shape('no command fails', errors === 0, firstError ?? errors);
  report.shape('under load at most 4 times of idle', highest <= 4 * idleMb, highest / idleMb);
  report.goal(`${LOADED_MB} MB under load`, highest <= LOADED_MB, highest);
  report.goal('no trend once settled', Math.abs(trend) <= STEADY_MB_PER_MINUTE, trend);
}

if (process.platform !== 'linux') throw new Error('Only Linux tells how processes share memory.');
const dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-memory-'));
try {
  if (!values.smoke) await observe('first', dataDir);
  await observe('later', dataDir, loaded ? observeUnderLoad : undefined);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
report.finish();
