import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFolder, writePrivately } from './data-location.mjs';
import { LaunchError } from './messages.mjs';

/**
 * @typedef {import('./system-user.mjs').SystemUser} SystemUser
 * @typedef {{owner: string, ownerPassword: string, login: string, loginPassword: string}} Secrets
 */

const DATABASE = 'fieldcase';

/**
 * Makes the database cluster once: an owner for migrations, a login without rights of its own for the application.
 * It is made beside its place and renamed last, so a start that was killed on the way leaves nothing half made.
 * @param {{folder: string, binaries: string, user: SystemUser | undefined, secrets: Secrets}} options
 * @returns {Promise<boolean>} whether it is new
 */
export async function ensureCluster({ folder, binaries, user, secrets }) {
  if (existsSync(join(folder, 'PG_VERSION'))) return false;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  makePrivateFolder(unfinished, user);
  const data = join(unfinished, 'data');
  const passwordFile = join(unfinished, 'password');
  writePrivately(passwordFile, `${secrets.ownerPassword}\n`, user);
  await initialise({ binaries, user, data, passwordFile, owner: secrets.owner });
  await createRoles({ binaries, user, data, secrets });
  renameSync(data, folder);
  rmSync(unfinished, { recursive: true, force: true });
  return true;
}

/** @param {{binaries: string, user: SystemUser | undefined, data: string, passwordFile: string, owner: string}} options */
async function initialise({ binaries, user, data, passwordFile, owner }) {
  /** @param {string} locale */
  const initdb = (locale) =>
    run(join(binaries, 'bin', 'initdb'), user, '', [
      ...['-D', data, '-U', owner, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', `--locale=${locale}`, '--no-instructions'],
    ]);
  let result = await initdb('C.UTF-8');
  // Some systems do not know C.UTF-8; C sorts alike.
  if (result.status !== 0 && /invalid locale/.test(result.output)) result = await initdb('C');
  if (result.status !== 0) {
    throw new LaunchError('无法创建数据库', 'the database cannot be created', lastLines(result.output));
  }
}

/** @param {{binaries: string, user: SystemUser | undefined, data: string, secrets: Secrets}} options */
async function createRoles({ binaries, user, data, secrets }) {
  const statements = [
    'create role fieldcase_app nologin',
    `create role ${secrets.login} login password '${secrets.loginPassword}'`,
    `grant fieldcase_app to ${secrets.login}`,
    `create database ${DATABASE}`,
  ];
  const args = ['--single', '-D', data, '-c', 'log_checkpoints=off', 'postgres'];
  const result = await run(join(binaries, 'bin', 'postgres'), user, `${statements.join('\n')}\n`, args);
  if (result.status !== 0 || /ERROR:|FATAL:/.test(result.output)) {
    const words = result.output.replaceAll(secrets.loginPassword, '***');
    throw new LaunchError('无法创建数据库用户', 'the database roles cannot be created', lastLines(words));
  }
}

/**
 * @param {string} program
 * @param {SystemUser | undefined} user
 * @param {string} input
 * @param {string[]} args
 * @returns {Promise<{status: number | null, output: string}>}
 */
function run(program, user, input, args) {
  const child = spawn(program, args, { cwd: '/', stdio: 'pipe', env: postgresEnvironment(), ...user });
  let output = '';
  const hear = (/** @type {string} */ text) => (output += text);
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  // It may end before it has read everything: its exit code tells.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ status: null, output: message }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** Nothing of the caller's own PostgreSQL settings (PGDATA, PGPORT) may reach the embedded server. */
export function postgresEnvironment() {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP'].filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}

/**
 * Passwords of this data folder, made at the first start; the file is for its owner's eyes only.
 * @param {string} dataDir
 * @returns {Secrets}
 */
export function databaseSecrets(dataDir) {
  const path = join(dataDir, 'secrets', 'postgres.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') {
      throw new LaunchError(`无法读取 ${path}`, `cannot read ${path} (${String(error)}): was it made by another user?`);
    }
  }
  const secret = () => randomBytes(24).toString('base64url');
  const secrets = { owner: 'fieldcase_owner', ownerPassword: secret(), login: 'fieldcase', loginPassword: secret() };
  writePrivately(path, `${JSON.stringify(secrets)}\n`);
  return secrets;
}

/**
 * @param {Secrets} secrets
 * @param {number} port
 */
export function connectionStrings(secrets, port) {
  const at = `127.0.0.1:${port}/${DATABASE}`;
  return {
    databaseUrl: `postgres://${secrets.login}:${secrets.loginPassword}@${at}`,
    migrationUrl: `postgres://${secrets.owner}:${secrets.ownerPassword}@${at}`,
  };
}

/** @param {string} output */
function lastLines(output) {
  return output.trim().split('\n').slice(-10);
}
