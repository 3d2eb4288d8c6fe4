import type { Command } from 'commander';
import { ParkedEvents, type ParkedFilter } from '@fieldcase/postgres';
import { databaseUrls, withDatabase, type OpenDatabase } from '../database';
import { UsageError } from '../failures';
import { table } from '../output';
import { readModelList, readModels } from '../read-models';
import { withCommonOptions, type Run } from '../verb';

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
    .option('--projection <name>', 'only of this projection')
    .option('--stream <id>', 'only of this stream and what shares its root')
    .option('--position <position>', 'only this event');

const parkedOf = ({ pool, source }: OpenDatabase): ParkedEvents =>
  new ParkedEvents({ pool, source, projections: readModels(pool) });

function list(parked: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(parked.command('list'))
    .description('what is parked, and why')
    .option('--discarded', 'those that were discarded as well')
    .action((given: FilterOptions & { discarded?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async (database) => {
          const items = await parkedOf(database).list(filterOf(given), given.discarded === true);
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
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async (database) => {
          const retried = await parkedOf(database).retry(filterOf(given));
          output.result(retried, `${retried.applied} applied, ${retried.stillParked} still parked`);
          return retried.stillParked > 0 ? 1 : 0;
        }),
      ),
    );
}

function discard(parked: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(parked.command('discard'))
    .description('leave parked events out of their projection for good')
    .requiredOption('--reason <text>', 'why, for who reads it later')
    .action((given: FilterOptions & { reason: string }) =>
      runOf(verb)(async ({ config, output, options }) => {
        if (given.reason.trim() === '') throw new UsageError('--reason: expected a text that says why');
        return withDatabase(databaseUrls(options, config), async (database) => {
          const discarded = await parkedOf(database).discard(filterOf(given), given.reason);
          output.result({ discarded }, `${discarded} discarded`);
          return 0;
        });
      }),
    );
}

function filterOf({ projection, stream, position }: FilterOptions): ParkedFilter {
  if (position !== undefined && !/^\d{1,18}$/.test(position)) {
    throw new UsageError(`--position: expected a whole number, got "${position}"`);
  }
  if (projection !== undefined && !readModelList.some(({ name }) => name === projection)) {
    const names = readModelList.map(({ name }) => name).join(', ');
    throw new UsageError(`--projection: expected one of ${names}, got "${projection}"`);
  }
  return {
    ...(projection === undefined ? {} : { projection }),
    ...(stream === undefined ? {} : { streamId: stream }),
    ...(position === undefined ? {} : { position: BigInt(position) }),
  };
}
