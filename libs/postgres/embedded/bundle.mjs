/** `npm run build`: the applications by rspack.config.js. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const require = createRequire(join(root, 'package.json'));
/** @type {typeof import('@rspack/core')} */
const { rspack } = require('@rspack/core');

rspack(require(join(root, 'rspack.config.js'))).run((error, stats) => {
  const found = error?.message ?? stats?.toString({ all: false, errors: true, warnings: true });
  if (found) console.error(found);
  if (error || !stats || stats.hasErrors()) process.exitCode = 1;
});
