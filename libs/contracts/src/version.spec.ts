import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from './version';

it.each(['package.json', 'apps/cli/package.json'])('the version is that of %s', (file) => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../..', file), 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
