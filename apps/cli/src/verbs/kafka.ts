import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { KafkaConfig } from '@fieldcase/config';
import {
  READER_QUOTAS,
  readerAcls,
  readerNames,
  workerAcls,
  type AccessControl,
  type Acl,
  type ReaderNames,
} from '@fieldcase/kafka';
import { Refusal } from '../failures';
import { kafkaOf, withAdmin } from '../kafka';
import { table } from '../output';
import { withCommonOptions, type Run } from '../verb';

const PASSWORD_BYTES = 32;

export function kafkaVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const kafka = program.command('kafka').description('users in Kafka: our own, and who reads the cases');
  grantWorkers(kafka, runOf);
  grantReader(kafka, runOf);
  revokeReader(kafka, runOf);
}

function grantWorkers(kafka: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(kafka.command('grant-workers'))
    .description(
      'make a user for workers and API that may use what is beneath KAFKA_PREFIX, and nothing of the cluster',
    )
    .option('--user <name>', 'the user (default: the prefix and "-workers")')
    .option('--rotate', 'a new password for a user that is there already; the old one ends')
    .action((given: { user?: string; rotate?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) => {
        const access = kafkaOf(options, config);
        const user = given.user ?? `${access.prefix}-workers`;
        const password = await withAdmin(access, (control) =>
          userWith(control, user, workerAcls(access.prefix), given.rotate === true),
        );
        const said =
          password === null
            ? isThere(user)
            : `KAFKA_SASL_USERNAME=${user}\nKAFKA_SASL_PASSWORD=${password}\nThe password is shown this once and kept nowhere.`;
        output.result({ user, password }, said);
        return 0;
      }),
    );
}

function grantReader(kafka: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(kafka.command('grant-reader'))
    .argument('<name>', 'who reads: letters, digits and dashes')
    .description('make a user that may read the public events of cases, and nothing else; again: mends it')
    .option('--rotate', 'a new password for a user that is there already; the old one ends')
    .action((name: string, given: { rotate?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) => {
        const access = kafkaOf(options, config);
        const names = namesOf(access, name);
        const password = await withAdmin(access, async (control) => {
          await control.setQuotas(names.user, READER_QUOTAS);
          return userWith(control, names.user, readerAcls(names), given.rotate === true);
        });
        const { user, groups, topic } = names;
        const rows = [
          ['brokers', access.brokers.join()],
          ['security', `${access.caFile === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'}, SCRAM-SHA-512`],
          ['user', user],
          ['password', password ?? '(not known here)'],
          ['reads', topic],
          ['groups', `${groups}*`],
        ];
        const said = password === null ? isThere(user) : 'The password is shown this once and kept nowhere.';
        output.result(
          { brokers: access.brokers, ...names, password },
          `${said}\n\n${table(rows[0] ?? [], rows.slice(1))}`,
        );
        return 0;
      }),
    );
}

function revokeReader(kafka: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(kafka.command('revoke-reader'))
    .argument('<name>', 'as it was granted')
    .description('no rights at once, no user; open connections end within 60 s')
    .action((name: string) =>
      runOf(verb)(async ({ config, output, options }) => {
        const access = kafkaOf(options, config);
        const names = namesOf(access, name);
        const revoked = await withAdmin(access, async (control) => {
          const acls = await control.forbidEverything(names.user);
          const user = await control.removeUser(names.user);
          await control.removeQuotas(names.user);
          return { acls, user };
        });
        const said = revoked.user ? `${names.user} is no user any more` : `There was no user ${names.user}`;
        output.result({ ...revoked, name: names.user }, `${said}; ${revoked.acls} rights taken away.`);
        return 0;
      }),
    );
}

/** Rights first: who is given the password may use it. @returns the password that nobody knows yet; null: it is known to its owner */
async function userWith(
  control: AccessControl,
  user: string,
  acls: readonly Acl[],
  rotate: boolean,
): Promise<string | null> {
  const wasThere = await control.hasUser(user);
  await control.allow(user, acls);
  if (wasThere && !rotate) return null;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await control.setPassword(user, password);
  return password;
}

const isThere = (user: string): string => `${user} is there already and has its rights. A new password: --rotate.`;

function namesOf({ prefix }: KafkaConfig, name: string): ReaderNames {
  try {
    return readerNames(prefix, name);
  } catch (error) {
    throw error instanceof RangeError ? new Refusal(error.message) : error;
  }
}
