import { Option, type Command } from 'commander';
import { Lease, RelayCheckpoints } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { Refusal } from '../failures';
import { kafkaOrNone } from '../kafka';
import { withCommonOptions, type Run } from '../verb';

const LEASE_MS = 10_000;
const NO_BROKERS =
  'No broker is configured here: it is done as soon as a worker of role "relay" runs that has KAFKA_BROKERS.';
/** The topics that have a note of how far they are; a depot's topic says so itself. */
const SUBSCRIPTIONS = { log: 'relay', cases: 'relay-cases' } as const;
type Topic = keyof typeof SUBSCRIPTIONS;

export function relayVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const relay = program.command('relay').description('the relay of the log to Kafka');
  const restart = withCommonOptions(relay.command('restart'))
    .description(
      'publish the log anew, from its beginning, as after a topic was deleted; copies do no harm. ' +
        'A depot’s topic that was deleted and made again is filled by itself',
    )
    .addOption(
      new Option('--topic <topic>', 'which: the log’s own, or the public events of cases, whose topic must be empty')
        .choices(Object.keys(SUBSCRIPTIONS))
        .default('log'),
    )
    .action(() =>
      runOf(restart)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async ({ pool }) => {
          const subscription = SUBSCRIPTIONS[restart.opts<{ topic: Topic }>().topic];
          // As a leader, so that none is at work meanwhile.
          const lease = new Lease(pool, `subscription:${subscription}`, 'fieldcase relay restart', LEASE_MS);
          if (!(await lease.acquire())) {
            throw new Refusal(
              `A relay is publishing: stop the workers of role "relay" for ${LEASE_MS / 1_000} s first.`,
            );
          }
          try {
            const progress = new RelayCheckpoints(pool, lease, subscription);
            const covered = await progress.load();
            await progress.move(
              covered,
              covered.map(() => 0n),
            );
            const position = String(covered.reduce((most, each) => (each > most ? each : most)));
            const said = `The relay had published up to ${position}; it begins anew.`;
            const isConfigured = kafkaOrNone(options, config) !== undefined;
            output.result(
              { was: position, brokersConfigured: isConfigured },
              isConfigured ? said : `${said}\n${NO_BROKERS}`,
            );
            return 0;
          } finally {
            await lease.release();
          }
        }),
      ),
    );
}
