import type { Command } from 'commander';
import { LogCheck } from '@fieldcase/postgres';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { databaseUrls, withDatabase } from '../database';
import { UsageError } from '../failures';
import { Progress } from '../progress';
import { withCommonOptions, type Run } from '../verb';

interface ShowOptions {
  readonly from: string;
  readonly limit: string;
}

export function logVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const log = program.command('log').description('the log of all events');
  head(log, runOf);
  show(log, runOf);
  verify(log, runOf);
}

function head(log: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(log.command('head'))
    .description('the highest position')
    .action(() =>
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async ({ store }) => {
          const position = await store.head();
          output.result({ head: position }, position.toString());
          return 0;
        }),
      ),
    );
}

function show(log: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(log.command('show'))
    .description('events from a position on, without personal data')
    .option('--from <position>', 'the first position', '1')
    .option('--limit <count>', 'how many events, at most 10,000', '50')
    .action((given: ShowOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const [from, limit] = [wholeNumber('--from', given.from), wholeNumber('--limit', given.limit)];
        if (limit > 10_000n) throw new UsageError('--limit: expected at most 10000');
        return withDatabase(databaseUrls(options, config), async ({ source }) => {
          const { events } = await source.read({ after: from - 1n, limit: Number(limit) });
          output.result({ items: events.map(shown) }, events.map(lineOf).join('\n'));
          return 0;
        });
      }),
    );
}

function verify(log: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(log.command('verify'))
    .description('check the whole log: positions, versions, times, shards, checkpoints')
    .action(() =>
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async ({ pool }) => {
          const progress = new Progress('verify', 'events');
          const verdict = await new LogCheck(pool)
            .verify((position, last) => progress.update(Number(position), Number(last)))
            .finally(() => progress.stop());
          const faults = verdict.faults.map((fault) => `position ${fault.position}, ${fault.check}: ${fault.detail}`);
          const sum = `${verdict.events} events in ${verdict.streams} streams, head ${verdict.head}`;
          const text =
            faults.length === 0 ? `${sum}: sound` : [`${sum}: ${faults.length} faults`, ...faults].join('\n');
          output.result({ sound: faults.length === 0, ...verdict }, text);
          return faults.length === 0 ? 0 : 1;
        }),
      ),
    );
}

function shown({ occurredAt, recordedAt, ...event }: RecordedEvent): object {
  const times = { occurredAt: new Date(occurredAt).toISOString(), recordedAt: new Date(recordedAt).toISOString() };
  return { ...event, ...times };
}

function lineOf(event: RecordedEvent): string {
  const at = new Date(event.occurredAt).toISOString();
  return `${event.position}  ${at}  ${event.streamId}@${event.version}  ${event.type}  ${JSON.stringify(event.data)}`;
}

function wholeNumber(name: string, text: string): bigint {
  if (!/^\d{1,18}$/.test(text) || BigInt(text) < 1n)
    throw new UsageError(`${name}: expected a whole number from 1, got "${text}"`);
  return BigInt(text);
}
