import type { Command } from 'commander';
import { timerStatus } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { withCommonOptions, type Run } from '../verb';

export function timerVerbs(program: Command, runOf: (verb: Command) => Run): void {
  const timers = program.command('timers').description('timers of the clocks');
  const verb = withCommonOptions(timers.command('status'))
    .description('open, due, oldest lateness')
    .action(() =>
      runOf(verb)(async ({ config, output, options }) =>
        withDatabase(databaseUrls(options, config), async ({ pool }) => {
          const status = await timerStatus(pool);
          const next = status.nextDueAt === null ? '-' : new Date(status.nextDueAt).toISOString();
          const lines = [
            `open             ${status.open}`,
            `due              ${status.due}`,
            `oldest lateness  ${(status.oldestLatenessMs / 1_000).toFixed(1)} s`,
            `next             ${next}`,
          ];
          output.result({ ...status, nextDueAt: status.nextDueAt === null ? null : next }, lines.join('\n'));
          return 0;
        }),
      ),
    );
}
