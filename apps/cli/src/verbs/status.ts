import type { Command } from 'commander';
import { operatorNeeds, systemStatus, type OperatorNeed, type SystemStatus } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { table } from '../output';
import { readModelList } from '../read-models';
import { withCommonOptions, type Run } from '../verb';

export function statusVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('status'))
    .description('log, relay, subscriptions, parked, timers, leases; exit code 1 when something needs a person')
    .action(() =>
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async ({ pool, source }) => {
          const status = await systemStatus(pool, source, readModelList);
          const needs = operatorNeeds(status);
          output.result({ well: needs.length === 0, needs, ...jsonOf(status) }, textOf(status, needs));
          return needs.length === 0 ? 0 : 1;
        }),
      ),
    );
}

/** Instants as text, as everywhere in what the command line prints. */
function jsonOf({ relay, timers, leases, ...rest }: SystemStatus): object {
  return {
    ...rest,
    relay: { ...relay, since: instantOf(relay.since) },
    timers: { ...timers, nextDueAt: instantOf(timers.nextDueAt) },
    leases: leases.map(({ expiresAt, ...lease }) => ({ ...lease, expiresAt: instantOf(expiresAt) })),
  };
}

function textOf(status: SystemStatus, needs: readonly OperatorNeed[]): string {
  const { head, projections, subscriptions, timers, leases } = status;
  const following = [...projections, ...subscriptions].map((one) => [
    one.name,
    one.state,
    one.position.toString(),
    `${one.lagEvents} events, ${one.lagSeconds.toFixed(1)} s`,
    `${one.parked} events, ${one.parkedStreams} streams`,
    String(one.followedBy.length),
  ]);
  const held = leases.filter((lease) => lease.held);
  const holders = held.map(({ name, owner, epoch, expiresInSeconds }) => [
    name,
    owner,
    epoch,
    `${expiresInSeconds.toFixed(1)} s`,
  ]);
  const next = instantOf(timers.nextDueAt) ?? '-';
  const late = (timers.oldestLatenessMs / 1_000).toFixed(1);
  return [
    `log head  ${head}`,
    `relay     ${relayLine(status)}`,
    `timers    ${timers.open} open, ${timers.due} due, the oldest ${late} s late, next ${next}`,
    '',
    table(['subscription', 'state', 'position', 'behind', 'parked', 'workers'], following),
    '',
    holders.length > 0
      ? table(['lease', 'holder', 'epoch', 'expires in'], holders)
      : 'no lease is held: no worker runs',
    '',
    ...needsText(needs),
  ].join('\n');
}

function relayLine({ relay, subscriptions }: SystemStatus): string {
  const { state, problem, since } = relay;
  const published = subscriptions.find(({ name }) => name === 'relay');
  if (state === 'absent' || state === 'off') return 'off: no broker is configured (KAFKA_BROKERS)';
  const { position = 0n, lagEvents = 0, lagSeconds = 0 } = published ?? {};
  const at = `${state}, at ${position}, ${lagEvents} events and ${lagSeconds.toFixed(1)} s behind`;
  return problem === null ? at : `${at}; since ${instantOf(since)}: ${problem}`;
}

function needsText(needs: readonly OperatorNeed[]): string[] {
  if (needs.length === 0) return ['nothing needs you'];
  return needs.flatMap(({ of, problem, mend }) => [`NEEDS YOU  ${of}: ${problem}`, `           -> ${mend}`]);
}

const instantOf = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();
