import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Product } from '../support/product.mjs';
import { nameOf, processTree } from '../support/process-tree.mjs';

/**
 * The product's own commands, typed in the checkout that this file is in, as the user that runs it: a start up to
 * `ready` with the sample data, a second start refused, SIGTERM that ends all, a restart on the same data. Exits 1 with
 * the first thing that is not as promised, and leaves nothing running.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const args = ['--port', '0'];
/** Without the simulator: its cases would come on top. */
const still = [...args, '--still'];
const AS_MANY_AS = 300;

/**
 * @param {boolean} holds
 * @param {string} promise
 * @param {unknown} [found]
 */
function check(holds, promise, found) {
  if (holds) return console.log(`ok ${promise}`);
  throw new Error(`not so: ${promise}${found === undefined ? '' : `; found: ${JSON.stringify(found)}`}`);
}

/** @param {string[]} verb */
function fieldcase(...verb) {
  const { status, stdout, stderr } = spawnSync('npx', ['fieldcase', ...verb], { cwd: root, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  throw new Error(`fieldcase ${verb.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
}

/** @param {string} url @param {string} token */
async function casesOn(url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  let count = 0;
  for (let next = ''; ;) {
    const answer = await fetch(`${url}/api/v1/cases?limit=200${next && `&cursor=${next}`}`, { headers });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const page = /** @type {{items: object[], next: string | null}} */ (await answer.json());
    count += page.items.length;
    if (page.next === null) return count;
    next = page.next;
  }
}

/**
 * What is refused of a contact without a phone: a bundle may hold the library that checks and the one that notes checks twice.
 * @param {string} url
 * @param {string} token
 */
async function wrongFields(url, token) {
  const answer = await fetch(`${url}/api/v1/cases/${randomUUID()}/details`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Idempotency-Key': randomUUID(),
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ reason: '号码有误', contact: { name: '王建国' } }),
  });
  const { errors = {} } = /** @type {{errors?: object}} */ (await answer.json());
  return Object.keys(errors);
}

/** @param {Product} product @param {string[]} [parts] */
async function untilReady(product, parts = ['launcher', 'postgres', 'api', 'worker']) {
  const began = performance.now();
  const url = await product.ready();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const started = processTree(product.pid).map(nameOf);
  const complete = parts.every((part) => started.includes(part));
  check(complete, `npm start comes to "${product.lines.at(-1)?.line}" in ${seconds} s, with all its parts`, started);
  return url;
}

/** @param {Product} product */
async function untilStopped(product) {
  const ms = await product.stop();
  check((await product.ended) === 0, `SIGTERM to npm ends all that was started, in ${(ms / 1_000).toFixed(1)} s`);
}

const first = new Product(root, { args: still });
/** @type {Product[]} */
const started = [first];
try {
  const url = await untilReady(first);
  for (const path of ['/health/ready', '/docs', '/asyncapi.json']) {
    check((await fetch(`${url}${path}`)).status === 200, `${path} answers`);
  }
  const document = readFileSync(join(root, 'docs', 'openapi.json'), 'utf8');
  check(
    isDeepStrictEqual(await (await fetch(`${url}/openapi.json`)).json(), JSON.parse(document)),
    'what was built has the routes of docs/openapi.json',
  );
  const token = fieldcase('token', 'supervisor');
  const wrong = await wrongFields(url, token);
  check(isDeepStrictEqual(wrong, ['contact.phone']), 'what was built checks fields within fields', wrong);
  const cases = await casesOn(url, token);
  check(cases === AS_MANY_AS, `the board shows ${AS_MANY_AS} sample cases`, cases);
  fieldcase('doctor');

  const second = new Product(root, { args });
  started.push(second);
  check((await second.ended) === 1, 'a second start on the same data folder ends with exit code 1');
  check(/already running on the data folder/.test(second.errors), 'and says why', second.errors);
  await untilStopped(first);

  const again = new Product(root, { args });
  started.push(again);
  const kept = await casesOn(await untilReady(again, ['launcher', 'postgres', 'api', 'worker', 'cli']), token);
  check(kept >= cases, 'a restart keeps the data, and the tokens');
  await untilStopped(again);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const product of started) await product.stop();
}
