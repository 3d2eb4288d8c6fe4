/**
 * `npm test`: the gates, then Jest on the embedded PostgreSQL (or the one of FIELDCASE_TEST_DATABASE_URL).
 * Arguments: paths run a part of the tests without the gates, `--shuffle` another order; the rest goes to Jest.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KafkaCluster } from '../infra/kafka/cluster.mjs';
import { brokerProblem } from '../infra/kafka/install.mjs';
import { startEmbedded } from '../libs/postgres/embedded/start-embedded.mjs';
import { runGates } from './support/gates.mjs';
import { closingLine, totalsOf, unwantedSkips } from './support/totals.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const shuffle = args.includes('--shuffle');
const jestArgs = args.filter((argument) => argument !== '--shuffle');
const whole = !jestArgs.some((argument) => !argument.startsWith('-'));

/** @type {(() => Promise<void>)[]} last started, first ended */
const endings = [];
let stopping = false;

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), 'fieldcase-test-'));
  chmodSync(scratch, 0o755);
  endings.push(async () => rmSync(scratch, { recursive: true, force: true }));
  const failedGates = whole ? await runGates(root) : gatesLeftOut();
  const server = process.env['FIELDCASE_TEST_DATABASE_URL'] ?? (await startServer(scratch));
  const kafka = whole || jestArgs.some((path) => path.includes('kafka')) ? await startKafka(scratch) : undefined;
  const report = join(scratch, 'jest.json');
  const code = await runJest({ server, kafka }, report);
  const totals = totalsOf(readReport(report), failedGates);
  const skips = process.env['CI'] === 'true' ? unwantedSkips(readReport(report)) : [];
  for (const gate of failedGates) console.log(`failed gate: ${gate}`);
  for (const title of skips) console.log(`skipped, and CI allows no skip: ${title}`);
  await end();
  console.log(closingLine(totals));
  return code === 0 && totals.failed === 0 && totals.passed > 0 && skips.length === 0 ? 0 : 1;
}

/** @returns {string[]} */
function gatesLeftOut() {
  console.log('gates: left out, since only a part of the tests was asked for');
  return [];
}

/** @param {string} scratch */
async function startServer(scratch) {
  const settings = { max_connections: '300', log_min_messages: 'fatal' };
  const server = await startEmbedded({ dataDir: join(scratch, 'data'), settings });
  endings.push(() => server.stop(3_000));
  console.log(`embedded PostgreSQL on port ${server.port}`);
  return server.migrationUrl;
}

/**
 * One broker for all specs that need one; undefined where it cannot run, which is said by what is skipped.
 * @param {string} scratch
 * @returns {Promise<string | undefined>}
 */
async function startKafka(scratch) {
  const problem = brokerProblem();
  if (problem) {
    console.log(`no Kafka: ${problem}`);
    return undefined;
  }
  const cluster = await KafkaCluster.start({ folder: join(scratch, 'kafka') });
  endings.push(() => cluster.stop());
  console.log(`a Kafka broker on ${cluster.addresses[0]}`);
  return JSON.stringify({ brokers: cluster.addresses, admin: cluster.admin });
}

/**
 * @param {{server: string, kafka: string | undefined}} servers
 * @param {string} report
 * @returns {Promise<number>}
 */
function runJest({ server, kafka }, report) {
  const order = shuffle ? ['--randomize'] : [];
  const output = ['--json', `--outputFile=${report}`];
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [jest, '--maxWorkers=2', ...order, ...output, ...jestArgs], {
    cwd: root,
    // The JSON that Jest also prints is in the report; what people read goes to standard error.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      FIELDCASE_TEST_DATABASE_URL: server,
      ...(kafka === undefined ? {} : { FIELDCASE_TEST_KAFKA: kafka }),
    },
  });
  endings.push(async () => void child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function end() {
  for (let next = endings.pop(); next; next = endings.pop()) await next();
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void end().finally(() => process.exit(1));
  });
}

main().then(
  (code) => process.exit(code),
  async (error) => {
    console.error(error instanceof Error ? error.message : error);
    await end();
    process.exit(1);
  },
);
