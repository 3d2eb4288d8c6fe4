import { parseArgs } from 'node:util';

/**
 * How much a bench does: `--<name> <number>` of the command line, else what is small with `--smoke` and full without.
 */
export function sizesOf<Name extends string>(
  sizes: { readonly full: Readonly<Record<Name, number>>; readonly small: Readonly<Record<Name, number>> },
  args: string[] = process.argv.slice(2),
): Record<Name, number> & { readonly smoke: boolean } {
  const names = Object.keys(sizes.full) as Name[];
  const numbers = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options: { ...numbers, smoke: { type: 'boolean', default: false } } });
  const given = values as Readonly<Record<string, string | boolean | undefined>>;
  const smoke = given['smoke'] === true;
  const chosen = names.map((name) => [name, Number(given[name] ?? (smoke ? sizes.small : sizes.full)[name])]);
  return { ...(Object.fromEntries(chosen) as Record<Name, number>), smoke };
}
