import type { Command } from 'commander';
import { ReferenceData } from '@fieldcase/application';
import { BROKER_ADDRESS, type Config, type KafkaConfig } from '@fieldcase/config';
import { DEPOT_QUOTAS, depotNames, grantDepot, revokeDepot, type Grant } from '@fieldcase/kafka';
import { databaseUrls, withDatabase, type DatabaseOptions } from '../database';
import { Refusal, UsageError } from '../failures';
import { kafkaOf, namesOf, securityOf, withAdmin } from '../kafka';
import { table } from '../output';
import { withCommonOptions, type Run } from '../verb';
import { parkedRecordVerbs } from './depot-parked';

/** So many are named where one was mistyped. */
const MOST_NAMED = 10;

export function depotVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const depot = program.command('depot').description('depots that work through Kafka');
  grant(depot, runOf);
  revoke(depot, runOf);
  parkedRecordVerbs(depot, runOf);
}

function grant(depot: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(depot.command('grant'))
    .description('make topics, user, rights and quotas of a depot, and print its configuration once')
    .argument('<id>', 'the depot')
    .option('--rotate', 'a new password for a user that is there already; the old one ends')
    .option('--brokers <host:port,...>', 'where the depot reaches the brokers (default: KAFKA_BROKERS)')
    .action((id: string, given: { rotate?: boolean; brokers?: string }) =>
      runOf(verb)(async ({ config, output, options }) => {
        const kafka = kafkaOf(options, config);
        const seen = given.brokers === undefined ? kafka : { ...kafka, brokers: addressesIn(given.brokers) };
        await requireDepot(id, options, config);
        const names = namesOf(() => depotNames(kafka.prefix, id));
        const rotate = given.rotate === true;
        const granted = await withAdmin(kafka, (control) =>
          grantDepot(control, names, { replicas: kafka.replicas, rotate, quotas: DEPOT_QUOTAS }),
        );
        output.result(clientConfiguration(seen, id, granted), sentencesFor(seen, id, granted));
        return 0;
      }),
    );
}

function revoke(depot: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(depot.command('revoke'))
    .description('end the rights of a depot, its user and its quotas; its topics stay')
    .argument('<id>', 'the depot')
    .option('--delete-topics', 'its three topics as well, with everything in them')
    .action((id: string, given: { deleteTopics?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) => {
        const kafka = kafkaOf(options, config);
        const names = namesOf(() => depotNames(kafka.prefix, id));
        const revoked = await withAdmin(kafka, (control) => revokeDepot(control, names, given.deleteTopics === true));
        const { acls, user, topics } = revoked;
        const nothing = acls === 0 && !user && topics.length === 0;
        const lines = [
          nothing ? `Nothing was granted to ${id}.` : `${id} may do nothing any more (${acls} rights were removed).`,
          ...(user ? [`The user ${names.user} is gone: open connections end within 60 s.`] : []),
          ...(topics.length > 0 ? [`Deleted: ${topics.join(', ')}`] : []),
        ];
        output.result({ depotId: id, ...revoked }, lines.join('\n'));
        return 0;
      }),
    );
}

/** Throws UsageError. */
function addressesIn(given: string): readonly string[] {
  const addresses = given.split(',').map((address) => address.trim());
  const wrong = addresses.find((address) => !BROKER_ADDRESS.test(address));
  if (wrong === undefined) return addresses;
  throw new UsageError(`--brokers: expected host:port, several separated by commas, got "${wrong}"`);
}

async function requireDepot(id: string, options: DatabaseOptions, config: Config): Promise<void> {
  const { depots } = await withDatabase(databaseUrls(options, config), ({ references }) =>
    new ReferenceData(references).current(),
  );
  if (depots[id]) return;
  const ids = Object.keys(depots).toSorted();
  const some = ids.slice(0, MOST_NAMED).join(', ');
  const known =
    ids.length === 0 ? 'none is registered yet' : `registered: ${some}${ids.length > MOST_NAMED ? ', …' : ''}`;
  throw new Refusal(`There is no depot "${id}" (${known}).`);
}

/** As `apps/depot-client` reads it from a file. */
function clientConfiguration(kafka: KafkaConfig, depotId: string, { user, group, topics, password }: Grant) {
  return {
    depotId,
    brokers: kafka.brokers,
    tls: kafka.caFile !== undefined,
    sasl: { mechanism: 'scram-sha-512', username: user, password: password ?? null },
    topics,
    group,
  };
}

function sentencesFor(kafka: KafkaConfig, depotId: string, granted: Grant): string {
  const { topics, user, password, group } = granted;
  const said =
    password === undefined
      ? `${depotId} has its user already; topics, rights and quotas are as they must be. A new password: --rotate.`
      : `${depotId} may work through Kafka. The password is shown this once and kept nowhere.`;
  const rows = [
    ['brokers', kafka.brokers.join()],
    ['security', securityOf(kafka)],
    ['user', user],
    ['password', password ?? '(not known here)'],
    ['reads', topics.partRequests],
    ['writes', topics.confirmations],
    ['is answered on', topics.replies],
    ['group', group],
  ];
  return `${said}\n\n${table(rows[0] ?? [], rows.slice(1))}`;
}
