import type { Command } from 'commander';
import { isKnownEvent } from '@fieldcase/application';
import type { Config } from '@fieldcase/config';
import { rootOf } from '@fieldcase/eventsourcing';
import { ParkedEvents, type ParkedFilter } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { UsageError } from '../failures';
import { table } from '../output';
import { subscriptions } from '../subscriptions';
import { withCommonOptions, type CommonOptions, type Run } from '../verb';

interface FilterOptions {
  readonly projection?: string;
  readonly stream?: string;
  readonly position?: string;
}

export function parkedVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const parked = program.command('parked').description('events that were set aside by the failure policy');
  list(parked, runOf);
  retry(parked, runOf);
  discard(parked, runOf);
}

const withFilter = (command: Command): Command =>
  withCommonOptions(command)
    .option('--projection <name>', 'only of this projection, or of the timers')
    .option('--stream <id>', 'only of this stream and what shares its root')
    .option('--position <position>', 'only this event (retry: with all that is parked of its root)');

/** What is parked in a database, and which of it was asked for. */
async function withParked<T>(
  { options, config }: { readonly options: CommonOptions; readonly config: Config },
  given: FilterOptions,
  work: (parked: ParkedEvents, filter: ParkedFilter) => Promise<T>,
): Promise<T> {
  return withDatabase(databaseUrls(options, config), async (database) => {
    const projections = subscriptions(database);
    const filter = filterOf(
      given,
      projections.map(({ name }) => name),
    );
    const { pool, source } = database;
    return work(new ParkedEvents({ pool, source, projections, isKnown: isKnownEvent }), filter);
  });
}

function list(parked: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(parked.command('list'))
    .description('what is parked, and why')
    .option('--discarded', 'those that were discarded as well')
    .action((given: FilterOptions & { discarded?: boolean }) =>
      runOf(verb)(async ({ output, ...context }) =>
        withParked(context, given, async (events, filter) => {
          const items = await events.list(filter, given.discarded === true);
          const rows = items.map((item) => [
            item.projection,
            item.position.toString(),
            item.streamId,
            item.type,
            item.status,
            item.error ?? item.reason ?? 'waits behind an earlier event',
          ]);
          const header = ['projection', 'position', 'stream', 'type', 'status', 'why'];
          output.result({ items }, rows.length > 0 ? table(header, rows) : 'nothing is parked');
          return 0;
        }),
      ),
    );
}

function retry(parked: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(parked.command('retry'))
    .description('apply parked events again, in order')
    .action((given: FilterOptions) =>
      runOf(verb)(async ({ output, ...context }) =>
        withParked(context, given, async (events, filter) => {
          const retried = await events.retry(filter);
          const alone = retried.leftAlone ? `; this release has no ${retried.leftAlone.join(', no ')}` : '';
          output.result(retried, `${retried.applied} applied, ${retried.stillParked} still parked${alone}`);
          return retried.stillParked > 0 ? 1 : 0;
        }),
      ),
    );
}

function discard(parked: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(parked.command('discard'))
    .description('leave parked events out of their projection for good; erasures are carried out instead')
    .requiredOption('--reason <text>', 'why, for who reads it later')
    .action((given: FilterOptions & { reason: string }) =>
      runOf(verb)(async ({ output, ...context }) => {
        if (given.reason.trim() === '') throw new UsageError('--reason: expected a text that says why');
        return withParked(context, given, async (events, filter) => {
          const discarded = await events.discard(filter, given.reason);
          output.result({ discarded }, `${discarded} discarded`);
          return 0;
        });
      }),
    );
}

function filterOf({ projection, stream, position }: FilterOptions, names: readonly string[]): ParkedFilter {
  if (position !== undefined && !/^\d{1,18}$/.test(position)) {
    throw new UsageError(`--position: expected a whole number, got "${position}"`);
  }
  if (projection !== undefined && !names.includes(projection)) {
    throw new UsageError(`--projection: expected one of ${names.join(', ')}, got "${projection}"`);
  }
  if (stream !== undefined && !hasRoot(stream)) {
    throw new UsageError(`--stream: expected the id of a stream, as in "case:<id>", got "${stream}"`);
  }
  return {
    ...(projection === undefined ? {} : { projection }),
    ...(stream === undefined ? {} : { streamId: stream }),
    ...(position === undefined ? {} : { position: BigInt(position) }),
  };
}

function hasRoot(stream: string): boolean {
  try {
    return rootOf(stream) !== '';
  } catch {
    // A "%" that encodes nothing.
    return false;
  }
}
