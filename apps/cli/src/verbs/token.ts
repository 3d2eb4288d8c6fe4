import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Argument } from 'commander';
import { ROLES, type Role } from '@fieldcase/contracts';
import { loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import { dataDirOf } from '../database';
import { secondsOf } from '../durations';
import { Refusal, UsageError } from '../failures';
import { withCommonOptions, type Run } from '../verb';

interface TokenOptions {
  readonly depot?: string[];
  readonly region?: string[];
  readonly sub?: string;
  readonly name?: string;
  readonly ttl: string;
}

export function tokenVerb(program: Command, runOf: (verb: Command) => Run): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  const verb = withCommonOptions(program.command('token'))
    .description('print a token of the embedded demo issuer')
    .addArgument(new Argument('<role>', 'the role').choices(ROLES))
    .option('--depot <depot>', 'a depot of the caller; repeat for more (default: all)', collect)
    .option('--region <region>', 'a region of the caller; repeat for more (default: all)', collect)
    .option('--sub <sub>', 'who the caller is (default: demo-<role>)')
    .option('--name <name>', 'name of the caller')
    .option('--ttl <duration>', 'how long the token is valid, e.g. 30m, 8h, 7d', '8h')
    .action((role: Role, options: TokenOptions) =>
      runOf(verb)(async ({ config, output, options: common }) => {
        if (config.auth.kind === 'external') {
          throw new Refusal('AUTH_JWKS_URL is set: tokens come from your identity provider, there is no demo issuer.');
        }
        if (role === 'depot-clerk' && !options.depot) {
          throw new UsageError('A depot clerk must have depots: give --depot at least once.');
        }
        const issuer = await loadOrCreateDemoIssuer(folderOfInstance(dataDirOf(common, config)));
        const token = await signDemoToken(issuer, {
          sub: options.sub ?? `demo-${role}`,
          name: options.name ?? `Demo ${role}`,
          roles: [role],
          ...(options.region ? { regions: options.region } : {}),
          ...(options.depot ? { depots: options.depot } : {}),
          lifetimeSeconds: secondsOf('--ttl', options.ttl),
        });
        output.result({ token }, token);
        return 0;
      }),
    );
}

/** A key made in a folder of no instance would sign tokens that nobody takes. Throws Refusal. */
export function folderOfInstance(folder: string): string {
  if (existsSync(join(folder, 'secrets'))) return folder;
  throw new Refusal(
    `No instance was ever started on ${folder}: start one with "npm start", or name its folder with --data-dir or FIELDCASE_DATA_DIR.`,
  );
}
