import { createHash, randomUUID } from 'node:crypto';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { eventOf } from './filled-log';

/** `trickle-process.ts <url> <per second>`: see trickle.ts. */
const [url = '', perSecond = '1'] = process.argv.slice(2);
const everyMs = 1_000 / Number(perSecond);
const pool = createPool({ url, max: 4, name: 'bench-trickle' });
const store = new PostgresEventStore(pool);
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
let commands: Promise<number>[] = [];
let ticking: NodeJS.Timeout | undefined;

/** @returns ms since it was due */
async function command(due: number): Promise<number> {
  const streamId = `case:${randomUUID()}`;
  const key = { hash: sha256(streamId).subarray(0, 16), request: sha256(streamId), answer: { id: streamId } };
  const events = [eventOf('NoteAdded', { kind: 'call', about: 'combine harvester, header drive' })];
  const { outcome } = await store.append({ writes: [{ streamId, expected: 0, events }], key });
  if (outcome !== 'appended') throw new Error(`unexpected ${outcome}`);
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
