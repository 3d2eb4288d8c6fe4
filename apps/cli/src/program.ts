import { Command, CommanderError } from 'commander';
import { loadConfig } from '@fieldcase/config';
import { VERSION } from '@fieldcase/contracts';
import { sentenceOf, UsageError } from './failures';
import { Output } from './output';
import type { CommonOptions, Run } from './verb';
import { demoVerb } from './verbs/demo';
import { depotVerbs } from './verbs/depot';
import { doctorVerb } from './verbs/doctor';
import { importVerb } from './verbs/import';
import { kafkaVerbs } from './verbs/kafka';
import { logVerbs } from './verbs/log';
import { migrateVerb } from './verbs/migrate';
import { parkedVerbs } from './verbs/parked';
import { projectionVerbs } from './verbs/projections';
import { relayVerbs } from './verbs/relay';
import { simulateVerb } from './verbs/simulate';
import { statusVerb } from './verbs/status';
import { timerVerbs } from './verbs/timers';
import { tokenVerb } from './verbs/token';

/** Runs a command line. Exit codes: 0 done, 1 refused or failed, 2 usage. */
export async function runCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  makeOutput: (json: boolean) => Output = (json) => new Output(json),
): Promise<number> {
  let code = 0;
  const program = new Command('fieldcase')
    .description('Fieldcase on the command line. Exit codes: 0 done, 1 refused or failed, 2 usage.')
    .version(VERSION, '--version', 'print the version')
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
    statusVerb,
    projectionVerbs,
    parkedVerbs,
    logVerbs,
    timerVerbs,
    relayVerbs,
    depotVerbs,
    kafkaVerbs,
    demoVerb,
    simulateVerb,
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
