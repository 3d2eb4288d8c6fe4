import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROGRAM = path.resolve(__dirname, '../../apps/depot-client/depot-client.mjs');

/** What the real feed does not do by itself: a gap in it, and a kill between two lines of the program. */
describe('the state of a depot’s own program', () => {
  let server: Server;
  let state: string;
  let child: ChildProcess | undefined;
  let sequences: readonly number[];
  let told: string[];
  /** Called with where a feed is asked to go on, when nothing comes after it. */
  let atEnd: (after: number) => void;

  beforeEach(async () => {
    state = mkdtempSync(path.join(tmpdir(), 'fieldcase-depot-'));
    told = [];
    atEnd = () => undefined;
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    server.closeAllConnections();
    server.close();
    rmSync(state, { recursive: true });
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const after = /feed\?after=(\d+)/.exec(request.url ?? '')?.[1];
    const say = (body: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (request.method === 'POST') told.push(`${request.url} ${String(request.headers['idempotency-key'])}`);
    if (after === undefined) {
      say({ serialised: false, partNumber: 'BELT', quantity: 1, shipTo: { siteName: '永胜农机合作社' } });
      return;
    }
    const left = sequences.filter((sequence) => sequence > Number(after));
    if (left.length > 0)
      say({ items: left.map((sequence) => ({ sequence, change: 'placed', partRequestId: `r-${sequence}` })) });
    // Else it waits, as the feed does.
    else atEnd(Number(after));
  }

  const start = (): ChildProcess => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const options = ['--url', url, '--depot', 'harbin', '--token', 't', '--state', state];
    child = spawn(process.execPath, [PROGRAM, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
    return child;
  };
  const file = (name: string): string => path.join(state, name);
  const ledger = (): readonly string[] => readFileSync(file('ledger.tsv'), 'utf8').split('\n').slice(0, -1);

  it('is not carried over a gap in the feed', async () => {
    sequences = [1, 3];
    const program = start();
    const said: Buffer[] = [];
    program.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(program, 'close')) as [number | null];
    expect({ code, said: Buffer.concat(said).toString() }).toEqual({ code: 1, said: 'a gap: 3 came after 1\n' });
    expect(readFileSync(file('sequence'), 'utf8')).toBe('1');
    expect(ledger()).toHaveLength(1);
    expect(told.filter((line) => line.includes('r-3'))).toEqual([]);
  });

  it('has one line for what was shipped before a kill between the ledger and the sequence', async () => {
    sequences = [1, 2, 3];
    const before = ['1\tr-1\tBELT\t1\t永胜农机合作社\t\t', '2\tr-2\tBELT\t1\t永胜农机合作社\t\t'];
    writeFileSync(file('sequence'), '1');
    writeFileSync(file('ledger.tsv'), `${before.join('\n')}\n`);
    const ended = new Promise<number>((resolve) => (atEnd = resolve));
    start();
    expect(await ended).toBe(3);
    expect(ledger()).toEqual([...before, '3\tr-3\tBELT\t1\t永胜农机合作社\t\t']);
    expect(readFileSync(file('sequence'), 'utf8')).toBe('3');
    expect(told.map((line) => line.split(' ')[1])).toEqual([
      'harbin-2-acknowledge',
      'harbin-2-ship',
      'harbin-3-acknowledge',
      'harbin-3-ship',
    ]);
  });
});
