import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { storeClient } from './store-clients';

/** `trickle-process.ts <url> <per second>`: see trickle.ts. */
const [url = '', perSecond = '1'] = process.argv.slice(2);
const everyMs = 1_000 / Number(perSecond);
const pool = createPool({ url, max: 4, name: 'bench-trickle' });
const append = storeClient(new PostgresEventStore(pool), { eventsPerAppend: 1, appendsPerStream: 1 });
let commands: Promise<number>[] = [];
let ticking: NodeJS.Timeout | undefined;

/** @returns ms since it was due */
async function command(due: number): Promise<number> {
  await append();
  return performance.now() - due;
}

function begin(): void {
  let next = performance.now();
  ticking = setInterval(() => {
    for (; next <= performance.now(); next += everyMs) commands.push(command(next));
  }, 1);
}

async function end(): Promise<void> {
  clearInterval(ticking);
  const delays = await Promise.all(commands);
  commands = [];
  process.send?.(delays);
}

process.on('message', (message) => {
  if (message === 'begin') begin();
  else if (message === 'end') void end();
  else void pool.end().finally(() => process.disconnect());
});
process.send?.('ready');
