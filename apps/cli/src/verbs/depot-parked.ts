import type { Command } from 'commander';
import type { Config } from '@fieldcase/config';
import { depotOfTopic, depotTopic } from '@fieldcase/contracts';
import { ParkedRecords, type ParkedRecordFilter } from '@fieldcase/postgres';
import { databaseUrls, withDatabase, type DatabaseOptions } from '../database';
import { UsageError } from '../failures';
import { table } from '../output';
import { withCommonOptions, type Run } from '../verb';

interface FilterOptions {
  readonly depot?: string;
  readonly offset?: string;
}

/** What depots have sent and nobody could read. */
export function parkedRecordVerbs(depot: Command, runOf: (verb: Command) => Run): void {
  list(depot, runOf);
  discard(depot, runOf);
}

const withFilter = (command: Command): Command =>
  withCommonOptions(command)
    .option('--depot <id>', 'only of this depot')
    .option('--offset <offset>', 'only this record of the depot’s topic');

function list(depot: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(depot.command('parked'))
    .description('confirmations that nobody could read, and why')
    .option('--content', 'the beginning of each as well; it may hold personal data')
    .action((given: FilterOptions & { content?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) =>
        withRecords(options, config, async (records) => {
          const items = await records.list(filterOf(given, prefixIn(config)), given.content === true);
          const { dropped } = await records.counts();
          const rows = items.map(({ topic, offset, reason, size, parkedAt, bytes }) => [
            depotOfTopic(prefixIn(config), topic)?.depotId ?? topic,
            String(offset),
            parkedAt.toISOString(),
            String(size),
            reason,
            ...(bytes ? [JSON.stringify(textOf(bytes))] : []),
          ]);
          const header = ['depot', 'offset', 'since', 'bytes', 'why', ...(given.content ? ['content'] : [])];
          const lost = dropped.map(({ topic, count }) => `${count} more of ${topic} were counted and dropped`);
          const value = { items: items.map(({ bytes, ...item }) => withContent(item, bytes)), dropped };
          output.result(value, [rows.length > 0 ? table(header, rows) : 'nothing is parked', ...lost].join('\n'));
          return 0;
        }),
      ),
    );
}

function discard(depot: Command, runOf: (verb: Command) => Run): void {
  const verb = withFilter(depot.command('discard'))
    .description('delete parked confirmations')
    .option('--all', 'of all depots')
    .action((given: FilterOptions & { all?: boolean }) =>
      runOf(verb)(async ({ config, output, options }) => {
        if (given.depot === undefined && given.all !== true) throw new UsageError('expected --depot <id> or --all');
        return withRecords(options, config, async (records) => {
          const discarded = await records.discard(filterOf(given, prefixIn(config)));
          output.result({ discarded }, `${discarded} discarded`);
          return 0;
        });
      }),
    );
}

/** Where no broker is configured any more, what was parked is still there. */
const prefixIn = ({ kafka }: Config): string => kafka?.prefix ?? 'fieldcase';

function withRecords(
  options: DatabaseOptions,
  config: Config,
  work: (records: ParkedRecords) => Promise<number>,
): Promise<number> {
  return withDatabase(databaseUrls(options, config), ({ pool }) => work(new ParkedRecords(pool)));
}

function filterOf({ depot, offset }: FilterOptions, prefix: string): ParkedRecordFilter {
  if (offset !== undefined && !/^\d{1,18}$/.test(offset))
    throw new UsageError(`--offset: expected a whole number, got "${offset}"`);
  if (offset !== undefined && depot === undefined) throw new UsageError('--offset: expected --depot beside it');
  return {
    ...(depot === undefined ? {} : { topic: depotTopic(prefix, depot, 'confirmations') }),
    ...(offset === undefined ? {} : { offset: BigInt(offset) }),
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const withContent = (item: object, bytes: Uint8Array | undefined): object =>
  bytes ? { ...item, content: textOf(bytes) } : item;
