import { lookup } from 'node:dns/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { sentenceOf } from './failures';

async function failureOf(url: string): Promise<string> {
  const pool = createPool({ url, max: 1 });
  try {
    await new PostgresEventStore(pool).head();
    return 'none';
  } catch (error) {
    return sentenceOf(error);
  } finally {
    await pool.end();
  }
}

describe('a database that cannot be reached', () => {
  let silent: Server;
  let port: number;

  beforeAll(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    port = (silent.address() as AddressInfo).port;
  });

  it('is named with its port where nothing listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port: closed } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    expect(await failureOf(`postgres://a:b@127.0.0.1:${closed}/x`)).toContain(
      `No database answers at 127.0.0.1:${closed}: does it run?`,
    );
  });

  it('is named where its host is not known', async () => {
    const unknown = await lookup('no-such-host.invalid').catch((error: unknown) => error);
    expect(sentenceOf(unknown)).toMatch(/host "no-such-host.invalid" is not known: check DATABASE_URL/);
  });

  it('is told apart when it says nothing', async () => {
    expect(await failureOf(`postgres://a:b@127.0.0.1:${port}/x`)).toMatch(/does not answer in time/);
    silent.close();
  });
});
