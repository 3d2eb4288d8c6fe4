import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nameOf, processTree, proportionalMb } from '../support/process-tree.mjs';
import { Product } from '../support/product.mjs';

/**
 * Memory of all processes of `npm start` with the sample data and nothing to do: the sum of their proportional shares,
 * at once after `ready` and for a while after it; then again after a restart. Linux only.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, every: { type: 'string', default: '5' } },
});
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

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
  return { total: Math.round(total), byName };
}

/** @param {Record<string, number>} byName */
const rounded = (byName) => Object.fromEntries(Object.entries(byName).map(([name, mb]) => [name, Math.round(mb)]));

/**
 * @param {string} name
 * @param {string} dataDir
 */
async function observe(name, dataDir) {
  const product = new Product(root, {
    args: ['--port', '0', '--still'],
    env: { ...process.env, FIELDCASE_DATA_DIR: dataDir },
  });
  try {
    await product.ready();
    const seen = [memoryOf(product.pid)];
    const end = performance.now() + Number(values.seconds) * 1_000;
    while (performance.now() < end) {
      await pause(Number(values.every) * 1_000);
      seen.push(memoryOf(product.pid));
    }
    const totals = seen.map(({ total }) => total);
    const { byName } = seen.at(-1) ?? { byName: {} };
    const mb = { atReady: totals[0], highest: Math.max(...totals), last: totals.at(-1), byName: rounded(byName) };
    console.log(JSON.stringify({ bench: 'memory', start: name, mb, mbOverTime: totals }));
  } finally {
    await product.stop();
  }
}

if (process.platform !== 'linux') throw new Error('Only Linux tells how processes share memory.');
const dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-memory-'));
try {
  await observe('first', dataDir);
  await observe('later', dataDir);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
