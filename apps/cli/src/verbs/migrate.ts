import type { Command } from 'commander';
import { migrate } from '@fieldcase/postgres';
import { databaseUrls } from '../database';
import { withCommonOptions, type Run } from '../verb';

export function migrateVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('migrate'))
    .description("bring the database to this release's schema")
    .action(() =>
      runOf(verb)(async ({ config, output, options }) => {
        const { url, migrationUrl } = databaseUrls(options, config);
        const { applied } = await migrate(migrationUrl, { applicationUrl: url });
        output.result({ applied }, applied.length > 0 ? `applied: ${applied.join(', ')}` : 'nothing to do');
        return 0;
      }),
    );
}
