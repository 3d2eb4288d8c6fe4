import { parseArgs } from 'node:util';
import { Bench } from './bench';
import { scenarios } from './registry';
import type { Scenario } from './scenario';

const USAGE = 'usage: npm run rig -- scenarios [--only A6,B3] [--full]';

function chosen(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return scenarios;
  const ids = only.split(',').map((id) => id.trim().toUpperCase());
  const unknown = ids.filter((id) => !scenarios.some((scenario) => scenario.id === id));
  if (unknown.length === 0) return scenarios.filter(({ id }) => ids.includes(id));
  throw new Error(`no scenario ${unknown.join()}; there are ${scenarios.map(({ id }) => id).join()}\n${USAGE}`);
}

const secondsSince = (began: number): number => Number(((performance.now() - began) / 1_000).toFixed(1));

async function runOne(scenario: Scenario, bench: Bench): Promise<void> {
  const { id, title } = scenario;
  const began = performance.now();
  try {
    const figures = await scenario.run(bench);
    console.log(`ok ${id} ${title} ${JSON.stringify({ ...figures, seconds: secondsSince(began) })}`);
  } catch (error) {
    console.log(`failed ${id} ${title} after ${secondsSince(began)} s`);
    console.log(`again: npm run rig -- scenarios --only ${id}${bench.full ? ' --full' : ''}`);
    throw error;
  }
}

/** One system after the other: two at once would be measured against each other. */
async function runOn(brokers: 1 | 3, wanted: readonly Scenario[], full: boolean): Promise<void> {
  const own = wanted.filter((scenario) => scenario.brokers === brokers);
  if (own.length === 0) return;
  const began = performance.now();
  const bench = await Bench.open(brokers, full);
  console.log(
    `a system with ${brokers} broker${brokers > 1 ? 's' : ''} ${JSON.stringify({ seconds: secondsSince(began) })}`,
  );
  let failed = true;
  try {
    for (const scenario of own) await runOne(scenario, bench);
    failed = false;
  } finally {
    await bench.close(failed);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, full: { type: 'boolean', default: false } } });
  const wanted = chosen(values.only);
  const began = performance.now();
  for (const brokers of [1, 3] as const) await runOn(brokers, wanted, values.full);
  console.log(`ok ${wanted.length} scenarios ${JSON.stringify({ seconds: secondsSince(began) })}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
