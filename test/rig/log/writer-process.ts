import { randomUUID } from 'node:crypto';
import { createPool, Notifier, PostgresEventStore } from '@fieldcase/postgres';
import { appendUntilAnswered, keyOf, write } from './commands';

/** One of several processes: `writers` clients, each `appends` commands on streams of its own and a shared blind one. */
async function main(): Promise<void> {
  const [url = '', writers = '', appends = ''] = process.argv.slice(2);
  const pool = createPool({ url, max: 4 });
  const notifier = new Notifier(pool);
  const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
  const deadline = Date.now() + 300_000;
  const sum = { events: 0, unavailable: 0, unknown: 0, replayed: 0 };
  const writer = async (): Promise<void> => {
    const streamId = `case:${randomUUID()}`;
    for (let version = 0; version < Number(appends); version += 1) {
      const writes = [write(streamId, version), ...(version % 10 === 0 ? [write('depotfeed:rig', 'any')] : [])];
      const answer = await appendUntilAnswered(store, { writes, key: keyOf(`${streamId}/${version}`) }, deadline);
      if (answer.result.outcome !== 'appended' && answer.result.outcome !== 'replayed') {
        throw new Error(`${streamId} at ${version}: ${answer.result.outcome}`);
      }
      sum.events += writes.length;
      sum.unavailable += answer.unavailable;
      sum.unknown += answer.unknown;
      if (answer.result.outcome === 'replayed') sum.replayed += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(writers) }, writer));
  await notifier.close();
  await pool.end();
  console.log(JSON.stringify(sum));
}

void main();
