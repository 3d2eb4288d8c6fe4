import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Copies a Kafka broker's jars to `infra/kafka/lib`, once per version of the POM: `node infra/kafka/install.mjs`. Needs
 * a JRE of 17 or newer to run the broker and Maven to fetch it (Debian: openjdk-17-jre-headless, maven).
 */
const here = dirname(fileURLToPath(import.meta.url));
const POM = join(here, 'pom.xml');
const OLDEST_JAVA = 17;

export const brokerLib = join(here, 'lib');

/** @returns {string | undefined} what is missing to run a broker here; undefined: nothing */
export function brokerProblem() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error) return `no Java found: a broker needs a JRE of ${OLDEST_JAVA} or newer`;
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1] ?? 0);
  if (version < OLDEST_JAVA) return `Java ${version} found: a broker needs a JRE of ${OLDEST_JAVA} or newer`;
  if (!installed()) return 'the broker is not installed: run "node infra/kafka/install.mjs"';
  return undefined;
}

const stamp = () => createHash('sha256').update(readFileSync(POM)).digest('hex');

function installed() {
  const file = join(brokerLib, '.stamp');
  return existsSync(file) && readFileSync(file, 'utf8') === stamp();
}

/** Throws where Maven is missing or fails, with its last words. */
export function installBroker() {
  if (installed()) return;
  const fresh = `${brokerLib}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`];
  const maven = spawnSync('mvn', ['-q', '-B', '-f', POM, ...goal], { encoding: 'utf8' });
  if (maven.error) throw new Error('no Maven found: it fetches the broker (Debian: apt-get install maven)');
  if (maven.status !== 0) throw new Error(`Maven failed:\n${maven.stdout.split('\n').slice(-20).join('\n')}`);
  writeFileSync(join(fresh, '.stamp'), stamp());
  rmSync(brokerLib, { recursive: true, force: true });
  renameSync(fresh, brokerLib);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installBroker();
    const problem = brokerProblem();
    if (problem) throw new Error(problem);
    console.log(`a broker is ready in ${brokerLib}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
