import { Command, CommanderError, Option } from 'commander';
import { loadConfig, type Config } from '@fieldcase/config';
import type { DatabaseOptions } from './database';
import { sentenceOf, UsageError } from './failures';
import { Output } from './output';
import { demoVerb } from './verbs/demo';
import { doctorVerb } from './verbs/doctor';
import { importVerb } from './verbs/import';
import { logVerbs } from './verbs/log';
import { migrateVerb } from './verbs/migrate';
import { parkedVerbs } from './verbs/parked';
import { projectionVerbs } from './verbs/projections';
import { timerVerbs } from './verbs/timers';
import { tokenVerb } from './verbs/token';

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

/** Runs a command line. Exit codes: 0 done, 1 refused or failed, 2 usage. */
export async function runCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  makeOutput: (json: boolean) => Output = (json) => new Output(json),
): Promise<number> {
  let code = 0;
  const program = new Command('fieldcase')
    .description('Fieldcase on the command line. Exit codes: 0 done, 1 refused or failed, 2 usage.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => makeOutput(false).note(text.trimEnd()) });
  // The verb that is run tells its own options, --json among them.
  const runOf =
    (verb: Command): Run =>
    async (work) => {
      const options = verb.opts<CommonOptions>();
      const output = makeOutput(options.json === true);
      try {
        code = await work({ config: loadConfig(env), output, options });
      } catch (error) {
        if (error instanceof UsageError) code = 2;
        else code = 1;
        output.failure(sentenceOf(error), (error as { problems?: readonly object[] }).problems);
      }
    };
  const verbs = [
    tokenVerb,
    importVerb,
    projectionVerbs,
    parkedVerbs,
    logVerbs,
    timerVerbs,
    demoVerb,
    migrateVerb,
    doctorVerb,
  ];
  for (const add of verbs) add(program, runOf);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}
