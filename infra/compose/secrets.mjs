/**
 * `node infra/compose/secrets.mjs`: the passwords of infra/compose.yaml, made once, in infra/.env. What stands there stays:
 * databases and brokers know it from their first start on.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const SECRETS = [
  'POSTGRES_PASSWORD',
  'POSTGRES_APP_PASSWORD',
  'KAFKA_ADMIN_PASSWORD',
  'KAFKA_APP_PASSWORD',
  'GRAFANA_PASSWORD',
];

/** 22 characters; one that begins with a dash would be taken for an option. */
function clusterId() {
  let id = '-';
  while (id.startsWith('-')) id = randomBytes(16).toString('base64url');
  return id;
}

/**
 * @param {string} file
 * @returns {string[]} names of what was added
 */
export function completeSecrets(file) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const known = new Set([...before.matchAll(/^([A-Z_]+)=./gm)].map(([, name]) => name));
  // Hexadecimal: it stands in URLs, in quotation marks and in shells.
  const wanted = [...SECRETS.map((name) => [name, randomBytes(24).toString('hex')]), ['KAFKA_CLUSTER_ID', clusterId()]];
  const missing = wanted.filter(([name = '']) => !known.has(name));
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  const lines = missing.map(([name, value]) => `${name}=${value}\n`).join('');
  if (missing.length > 0) writeFileSync(file, `${before}${gap}${lines}`, { mode: 0o600 });
  return missing.map(([name = '']) => name);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', '.env');
  const added = completeSecrets(file);
  console.log(added.length > 0 ? `${file}: added ${added.join(', ')}` : `${file}: nothing was missing`);
}
