import { setTimeout } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { Config } from '@fieldcase/config';
import { dataDirOf, readInstance } from '../database';
import { secondsOf } from '../durations';
import { Refusal, UsageError } from '../failures';
import { wholeNumber } from '../numbers';
import { ApiClient } from '../simulator/api-client';
import { demoTokens } from '../simulator/people';
import { Simulator } from '../simulator/simulator';
import { takeTurns } from '../simulator/take-turns';
import type { CommonOptions, Run } from '../verb';
import { folderOfInstance } from './token';

const MAX_PER_MINUTE = 600;
const MAX_CASES = 100;
const MAX_SECONDS = 7 * 86_400;

interface SimulateOptions {
  readonly api?: string;
  readonly perMinute: string;
  readonly cases: string;
  readonly for: string;
}

export function simulateVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = program
    .command('simulate')
    .description('let invented people report, dispatch, ship, mend and rate, through the public commands')
    .option('--api <url>', 'the service, http://... (default: the running instance)')
    .option('--per-minute <n>', `commands a minute, 1 to ${MAX_PER_MINUTE}`, '6')
    .option('--cases <n>', `open cases of its own at most, 1 to ${MAX_CASES}`, '12')
    .option('--for <duration>', 'how long, e.g. 30m, 8h; 7d at most', '8h')
    .addOption(new Option('--json', 'print the result as JSON'))
    .addOption(
      new Option('--data-dir <folder>', 'the data folder of the instance (default: FIELDCASE_DATA_DIR or .data)'),
    )
    .addHelpText(
      'after',
      '\nFor an instance with sample data, never for one with cases of customers: every case of the simulator is real to\n' +
        'the log. Its machines have serials that begin with SIM-. It goes on after a restart of the service.',
    )
    .action((given: SimulateOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const everyMs = 60_000 / wholeNumber('--per-minute', given.perMinute, 1, MAX_PER_MINUTE);
        const cases = wholeNumber('--cases', given.cases, 1, MAX_CASES);
        const seconds = secondsOf('--for', given.for);
        if (seconds > MAX_SECONDS) throw new UsageError(`--for: expected 7d at most, got "${given.for}"`);
        const url = apiOf(given.api, options, config);
        const tokenOf = await demoTokens(folderOfInstance(dataDirOf(options, config)));
        const stopping = stopOnSignals();
        const api = new ApiClient(url, tokenOf, stopping);
        const say = (line: string): void => output.note(`${new Date().toISOString()} ${line}`);
        const simulator = new Simulator({ api, cases, now: Date.now, random: Math.random, say });
        const turns = Math.floor((seconds * 1_000) / everyMs);
        const commands = await takeTurns(simulator, {
          turns,
          stopping,
          pause: () => setTimeout(everyMs, undefined, { signal: stopping }),
        });
        output.result({ commands }, `${commands} commands of the simulator`);
        return 0;
      }),
    );
}

/** Throws Refusal, UsageError. */
function apiOf(given: string | undefined, options: CommonOptions, config: Config): string {
  if (config.auth.kind === 'external') {
    throw new Refusal('AUTH_JWKS_URL is set: tokens come from your identity provider, there is no one to simulate.');
  }
  if (given !== undefined) {
    if (!/^https?:\/\/[^/]/.test(given)) throw new UsageError(`--api: expected http://..., got "${given}"`);
    return given.replace(/\/+$/, '');
  }
  const folder = dataDirOf(options, config);
  const instance = readInstance(folder);
  if (instance?.url !== undefined) return instance.url;
  throw new Refusal(`Nothing runs on ${folder}: start it with "npm start", or name the service with --api.`);
}

function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
