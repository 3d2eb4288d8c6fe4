import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestKafka } from '../../../test/support/kafka';

const lib = resolve(__dirname, '../../../infra/kafka/lib');

/** A user who may do nothing, made by the broker's own tool. */
export function makeUser({ brokers, admin }: TestKafka, username: string, password: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcase-scram-'));
  const file = join(folder, 'admin.properties');
  const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
  const properties = [
    'security.protocol=SASL_PLAINTEXT',
    'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=${jaas} username="${admin.username}" password="${admin.password}";`,
  ];
  writeFileSync(file, properties.join('\n'), { mode: 0o600 });
  const tool = ['-Xmx128m', '-cp', `${lib}/*`, 'kafka.admin.ConfigCommand', '--command-config', file];
  const change = ['--bootstrap-server', brokers.join(), '--alter', '--entity-type', 'users', '--entity-name', username];
  const credentials = ['--add-config', `SCRAM-SHA-512=[password=${password}]`];
  const { status, stderr } = spawnSync('java', [...tool, ...change, ...credentials], { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) throw new Error(`the user was not made: ${stderr}`);
}
