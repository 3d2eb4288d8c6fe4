import type { Command } from 'commander';
import { grantUser, READER_QUOTAS, readerAcls, readerNames, revokeUser, workerAcls } from '@fieldcase/kafka';
import { kafkaOf, namesOf, securityOf, withAdmin } from '../kafka';
import { table } from '../output';
import { withCommonOptions, type Run } from '../verb';

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
        const acls = workerAcls(access.prefix);
        const rotate = given.rotate === true;
        const password = (await withAdmin(access, (control) => grantUser(control, { user, acls, rotate }))) ?? null;
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
        const names = namesOf(() => readerNames(access.prefix, name));
        const { user, groups, topic } = names;
        const grant = { user, acls: readerAcls(names), quotas: READER_QUOTAS, rotate: given.rotate === true };
        const password = (await withAdmin(access, (control) => grantUser(control, grant))) ?? null;
        const rows = [
          ['brokers', access.brokers.join()],
          ['security', securityOf(access)],
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
        const { user } = namesOf(() => readerNames(access.prefix, name));
        const revoked = await withAdmin(access, (control) => revokeUser(control, user));
        const said = revoked.user ? `${user} is no user any more` : `There was no user ${user}`;
        output.result({ ...revoked, name: user }, `${said}; ${revoked.acls} rights taken away.`);
        return 0;
      }),
    );
}

const isThere = (user: string): string => `${user} is there already and has its rights. A new password: --rotate.`;
