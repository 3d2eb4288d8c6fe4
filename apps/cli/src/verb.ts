import { Option, type Command } from 'commander';
import type { Config } from '@fieldcase/config';
import type { DatabaseOptions } from './database';
import type { Output } from './output';

export interface CommonOptions extends DatabaseOptions {
  readonly json?: boolean;
}

export interface VerbContext {
  readonly config: Config;
  readonly output: Output;
  readonly options: CommonOptions;
}

/** A verb's work: its exit code. */
export type Work = (context: VerbContext) => Promise<number>;
export type Run = (work: Work) => Promise<void>;

/** `--json` and where the database is, as every verb has them. */
export function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print the result as JSON'))
    .addOption(
      new Option('--url <url>', 'the database, postgres://... (default: DATABASE_URL, else the running instance)'),
    )
    .addOption(new Option('--database-url <url>', 'the same as --url').hideHelp())
    .addOption(
      new Option('--data-dir <folder>', 'the data folder of the instance (default: FIELDCASE_DATA_DIR or .data)'),
    );
}
