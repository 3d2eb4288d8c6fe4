import { parseArgs } from 'node:util';
import { scratchDatabase } from './scratch-database';
import { scenarios } from './stock/scenarios';

/** `npm run rig -- stock [--operations 100000] [--seed 1] [--only operations]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      operations: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const [operations, seed] = [Number(values.operations), Number(values.seed)];
  if (!(operations >= 1) || !Number.isInteger(seed)) throw new Error('--operations and --seed must be whole numbers');
  const chosen = Object.entries(scenarios).filter(([name]) => values.only === undefined || values.only === name);
  if (chosen.length === 0) throw new Error(`--only must be one of ${Object.keys(scenarios).join(', ')}`);
  for (const [name, scenario] of chosen) {
    const database = await scratchDatabase('rig_stock');
    try {
      const figures = await scenario({ url: database.url, operations, seed });
      console.log(`ok ${name} ${JSON.stringify(figures)}`);
    } finally {
      await database.drop();
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
