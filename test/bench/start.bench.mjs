import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyOfProduct } from '../support/product-copy.mjs';
import { Product } from '../support/product.mjs';
import { BenchReport, median, round } from './kit/report.mjs';

/**
 * `npm run bench -- start [--later 3] [--empty] [--smoke]`: seconds from `npm start` to `ready`: the first start of a fresh
 * checkout (packages are installed, nothing is built), then later ones on the same data; and how long each took to end after
 * SIGTERM. The reference of a later start is the first. Small: in this checkout, where it may be built, on data of its own.
 */
const { values } = parseArgs({
  options: {
    later: { type: 'string', default: '3' },
    empty: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
});
const { smoke } = values;
const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const report = new BenchReport('start');
const seconds = (/** @type {number} */ ms) => Number((ms / 1_000).toFixed(2));

/**
 * @param {string} root
 * @param {string} name
 * @param {string} dataDir
 */
async function start(root, name, dataDir) {
  const args = ['--port', '0', ...(values.empty || smoke ? ['--empty'] : [])];
  const product = new Product(root, { args, env: { ...process.env, FIELDCASE_DATA_DIR: dataDir } });
  let readyMs = Number.NaN;
  try {
    await product.ready();
    readyMs = product.lines.at(-1)?.atMs ?? Number.NaN;
  } finally {
    const stoppedMs = await product.stop();
    const steps = stepsOf(product.lines, readyMs);
    report.add({ start: name, readySeconds: seconds(readyMs), stoppedSeconds: seconds(stoppedMs), steps });
  }
  return { readyMs, built: product.lines.some(({ line }) => line.endsWith('· building')) };
}

/**
 * The steps that took their time, with the seconds of each.
 * @param {readonly {line: string, atMs: number}[]} lines
 * @param {number} readyMs
 */
function stepsOf(lines, readyMs) {
  const steps = lines.filter(({ line, atMs }) => line.startsWith('[fieldcase] ') && atMs < readyMs);
  return steps
    .map(({ line, atMs }, index) => ({
      name: line.replace(/^.* · /, ''),
      took: seconds((steps[index + 1]?.atMs ?? readyMs) - atMs),
    }))
    .filter(({ took }) => took > 0.05)
    .map(({ name, took }) => `${name} ${took}`)
    .join(', ');
}

/** @param {string} root */
async function firstAndLater(root, dataDir = join(root, '.data')) {
  const first = await start(root, 'first', dataDir);
  const later = [];
  for (let run = 1; run <= (smoke ? 1 : Number(values.later)); run += 1)
    later.push(await start(root, 'later', dataDir));
  const laterMs = median(later.map(({ readyMs }) => readyMs));
  const ratio = round(laterMs / first.readyMs);
  report.shape('a later start builds nothing', !later.some(({ built }) => built), later.length);
  report.shape('a later start takes no longer than twice the first', ratio <= 2, ratio);
  if (smoke) return;
  report.goal('the first start within 10 s', first.readyMs <= 10_000, seconds(first.readyMs));
  report.goal('a later one within 2 s', laterMs <= 2_000, seconds(laterMs));
}

if (smoke) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-start-'));
  try {
    await firstAndLater(repository, dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
} else {
  const copy = copyOfProduct(repository);
  try {
    await firstAndLater(copy.root);
  } finally {
    copy.remove();
  }
}
report.finish();
