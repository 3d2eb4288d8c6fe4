import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { isKnownEvent, knownEventTypes } from '@fieldcase/application';
import type { Projection } from '@fieldcase/eventsourcing';
import { projectionStatus, Rebuild, type ProjectionStatus } from '@fieldcase/postgres';
import { databaseUrls, withDatabase, type OpenDatabase } from '../database';
import { UsageError } from '../failures';
import { wholeNumber } from '../numbers';
import { table } from '../output';
import { Progress } from '../progress';
import { readModelList, readModels } from '../read-models';
import { withCommonOptions, type Run } from '../verb';

const MAX_WAIT_S = 86_400;
const LOOK_AGAIN_MS = 50;

interface StatusVerbOptions {
  readonly wait: string;
}

interface RebuildVerbOptions {
  readonly all?: boolean;
  readonly restart?: boolean;
}

export function projectionVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const group = program.command('projections').description('read models that follow the log');
  list(group, runOf);
  status(group, runOf);
  rebuild(group, runOf);
}

function list(group: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(group.command('list'))
    .description('the projections of this release')
    .action(() =>
      runOf(verb)(async ({ output }) => {
        const items = readModelList.map(({ name, version, tables }) => ({ name, version, tables }));
        const rows = items.map(({ name, version, tables }) => [name, String(version), tables.join(', ')]);
        output.result({ items }, table(['projection', 'version', 'tables'], rows));
        return Promise.resolve(0);
      }),
    );
}

function status(group: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(group.command('status'))
    .description('how far each has followed the log')
    .option('--wait <seconds>', 'first wait until each has followed all of it, so long at most', '0')
    .action(({ wait }: StatusVerbOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const waitMs = wholeNumber('--wait', wait, 0, MAX_WAIT_S) * 1_000;
        return withDatabase(databaseUrls(options, config), async ({ pool }) => {
          const items = await statusWithin(pool, waitMs);
          const header = ['projection', 'state', 'position', 'lag', 'parked', 'note'];
          output.result({ items }, table(header, items.map(statusRow)));
          return 0;
        });
      }),
    );
}

async function statusWithin(pool: Pool, waitMs: number): Promise<readonly ProjectionStatus[]> {
  const end = performance.now() + waitMs;
  for (;;) {
    const items = await projectionStatus(pool, readModelList);
    if (items.every(({ lagEvents }) => Number(lagEvents) === 0) || performance.now() >= end) return items;
    await pause(LOOK_AGAIN_MS);
  }
}

function statusRow(item: ProjectionStatus): string[] {
  const rebuilding = item.rebuild && `rebuild at ${item.rebuild.position} of ${item.rebuild.target}`;
  const stopped = item.rebuild && !item.rebuild.active ? ' (stopped: run it again to go on)' : '';
  const note = rebuilding ? rebuilding + stopped : (item.problem ?? '');
  return [item.name, item.state, item.position.toString(), `${item.lagEvents} events`, String(item.parked), note];
}

function rebuild(group: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(group.command('rebuild'))
    .description('build anew beside the live tables, and swap; Ctrl-C stops it, run it again to go on')
    .argument('[name]', 'the projection')
    .option('--all', 'every projection')
    .option('--restart', 'throw an unfinished rebuild away')
    .action((name: string | undefined, given: RebuildVerbOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const chosen = choose(name, given.all === true);
        return withDatabase(databaseUrls(options, config), async (database) => {
          const stop = new AbortController();
          const onSignal = (): void => stop.abort();
          process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
          try {
            const rebuilt: string[] = [];
            for (const projection of readModels(database.pool).filter((one) => chosen.includes(one.name))) {
              const swapped = await rebuildOne(projection, database, stop.signal, given.restart === true);
              if (swapped) rebuilt.push(projection.name);
            }
            const missing = chosen.length - rebuilt.length;
            const text = missing > 0 ? 'stopped: run it again to go on' : `rebuilt: ${rebuilt.join(', ')}`;
            output.result({ rebuilt, finished: missing === 0 }, text);
            return missing > 0 ? 1 : 0;
          } finally {
            process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
          }
        });
      }),
    );
}

async function rebuildOne(
  projection: Projection,
  { pool, source }: OpenDatabase,
  signal: AbortSignal,
  restart: boolean,
): Promise<boolean> {
  if (signal.aborted) return false;
  const progress = new Progress(projection.name, 'events');
  const rebuilding = new Rebuild({
    pool,
    source,
    projection,
    isKnown: isKnownEvent,
    knownTypes: knownEventTypes,
    owner: `cli-${hostname()}-${process.pid}`,
    onProgress: ({ position, target }) => progress.update(Number(position), Number(target)),
  });
  return rebuilding.run(signal, restart).finally(() => progress.stop());
}

function choose(name: string | undefined, all: boolean): readonly string[] {
  if (all === (name !== undefined)) throw new UsageError('Expected the name of a projection, or --all.');
  const chosen = readModelList.filter((projection) => all || projection.name === name).map((one) => one.name);
  if (chosen.length > 0) return chosen;
  const names = readModelList.map((projection) => projection.name).join(', ');
  throw new UsageError(`There is no projection "${name}"; expected one of ${names}.`);
}
