#!/usr/bin/env node
'use strict';
// Runs the built command line from any folder; builds it first where it was never built.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = resolve(__dirname, '..', '..', '..');
const main = join(root, 'dist', 'apps', 'cli', 'main.js');

function build() {
  process.stderr.write('Fieldcase is built for the first time ...\n');
  // Standard output belongs to the verb: a token is printed there and nothing else.
  const { status } = spawnSync(process.execPath, [join(root, 'libs', 'postgres', 'embedded', 'bundle.mjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0 && existsSync(main)) return true;
  process.stderr.write('The build failed; run "npm run build" to see why.\n');
  return false;
}

// The data folder of "npm start", wherever this is called from.
process.env.FIELDCASE_DATA_DIR ||= join(root, '.data');
if (existsSync(main) || build()) require(main);
else process.exitCode = 1;
