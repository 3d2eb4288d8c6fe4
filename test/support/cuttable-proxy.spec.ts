import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { CuttableProxy } from './cuttable-proxy';

let echo: Server;
let proxy: CuttableProxy;
const open: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await CuttableProxy.open((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  proxy.halfOpen = false;
  await proxy.close();
  echo.close();
});

async function client(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

const answer = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

it('carries both ways, later where it is told so', async () => {
  const socket = await client();
  socket.write('one');
  expect(await answer(socket)).toBe('one');
  proxy.delayMs = 20;
  const before = performance.now();
  socket.write('two');
  expect(await answer(socket)).toBe('two');
  // Timers may end a little early by this clock.
  expect(performance.now() - before).toBeGreaterThan(2 * 20 - 5);
});

it('cuts in the middle of what is sent, once', async () => {
  const socket = await client();
  const cut = proxy.cutAfter('up', 3);
  socket.write('abcdef');
  await cut;
  await once(socket, 'close');
  const next = await client();
  next.write('abcdef');
  expect(await answer(next)).toBe('abcdef');
});

it('cuts in the middle of an answer', async () => {
  const socket = await client();
  const cut = proxy.cutAfter('down', 2);
  socket.write('abcdef');
  const heard = answer(socket);
  await cut;
  expect(await heard).toBe('ab');
});

it('half open: nothing passes and nobody is told', async () => {
  const socket = await client();
  proxy.halfOpen = true;
  const came = new Promise<string>((resolve) => (proxy.onRequest = resolve));
  socket.write('one');
  expect(await came).toBe('one');
  proxy.halfOpen = false;
  socket.write('two');
  expect(await answer(socket)).toBe('two');
});
