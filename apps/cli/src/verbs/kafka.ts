import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { workerAcls } from '@fieldcase/kafka';
import { kafkaOf, withAdmin } from '../kafka';
import { withCommonOptions, type Run } from '../verb';

const PASSWORD_BYTES = 32;

export function kafkaVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const kafka = program.command('kafka').description('our own user in Kafka');
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
        const password = await withAdmin(access, async (control) => {
          const isThere = await control.hasUser(user);
          await control.allow(user, workerAcls(access.prefix));
          if (isThere && given.rotate !== true) return null;
          const fresh = randomBytes(PASSWORD_BYTES).toString('base64url');
          await control.setPassword(user, fresh);
          return fresh;
        });
        const said =
          password === null
            ? `${user} is there already and has its rights. A new password: --rotate.`
            : `KAFKA_SASL_USERNAME=${user}\nKAFKA_SASL_PASSWORD=${password}\nThe password is shown this once and kept nowhere.`;
        output.result({ user, password }, said);
        return 0;
      }),
    );
}
