import { parseArgs } from 'node:util';
import { scenarios } from './log/scenarios';
import { scratchDatabase } from './scratch-database';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } });
  const scale = Number(values.scale);
  if (!(scale > 0)) throw new Error(`--scale must be a number above 0, not ${values.scale}`);
  const database = await scratchDatabase('rig_log');
  try {
    for (const [name, scenario] of Object.entries(scenarios)) {
      const started = performance.now();
      const figures = await scenario({ url: database.url, scale });
      const seconds = Number(((performance.now() - started) / 1_000).toFixed(1));
      console.log(`ok ${name} ${JSON.stringify({ ...figures, seconds })}`);
    }
  } finally {
    await database.drop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
