import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyOfProduct } from '../support/product-copy.mjs';
import { Product } from '../support/product.mjs';

/**
 * Seconds from `npm start` to `ready`: the first start of a fresh checkout (packages are installed, nothing is built),
 * then later ones on the same data; and how long each took to end after SIGTERM.
 */
const { values } = parseArgs({
  options: { later: { type: 'string', default: '3' }, empty: { type: 'boolean', default: false } },
});
const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const seconds = (/** @type {number} */ ms) => Number((ms / 1_000).toFixed(2));

/**
 * @param {string} root
 * @param {string} name
 */
async function start(root, name) {
  const args = ['--port', '0', ...(values.empty ? ['--empty'] : [])];
  const product = new Product(root, { args, env: { ...process.env, FIELDCASE_DATA_DIR: join(root, '.data') } });
  try {
    await product.ready();
  } finally {
    const stoppedMs = await product.stop();
    const steps = product.lines.filter(({ line }) => line.startsWith('[fieldcase] '));
    const ready = product.lines.find(({ line }) => line.startsWith('ready '));
    const ends = [...steps.slice(1), ready].map((step) => step?.atMs ?? Number.NaN);
    const told = steps
      .map(({ line, atMs }, index) => [line.replace(/^.* · /, ''), seconds((ends[index] ?? Number.NaN) - atMs)])
      .filter(([, took]) => Number(took) > 0.05);
    const report = { ready: seconds(ready?.atMs ?? Number.NaN), stopped: seconds(stoppedMs) };
    console.log(JSON.stringify({ bench: 'start', start: name, ...report, steps: Object.fromEntries(told) }));
  }
}

const copy = copyOfProduct(repository);
try {
  await start(copy.root, 'first');
  for (let run = 1; run <= Number(values.later); run += 1) await start(copy.root, 'later');
} finally {
  copy.remove();
}
