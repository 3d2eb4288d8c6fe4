import { createServer } from 'node:net';
import { LaunchError } from './messages.mjs';

/**
 * A port that was free a moment ago.
 * @param {number} [preferred] taken when it is free
 * @returns {Promise<number>}
 */
export async function freePort(preferred = 0, host = '127.0.0.1') {
  const first = await probe(preferred, host);
  const { port, code } = first.port || preferred === 0 ? first : await probe(0, host);
  if (!port) throw new LaunchError(`没有可用的端口（${code}）`, `no free port on ${host} (${code})`);
  return port;
}

/**
 * The port that the API is to listen on, once it is known to be free.
 * @param {number} asked 0 for any
 * @param {string} host
 * @returns {Promise<number>}
 */
export async function httpPort(asked, host) {
  const { port, code } = await probe(asked, host);
  if (port) return port;
  throw whyNotListening(code, asked, host);
}

/**
 * @param {string | undefined} code of the error
 * @param {number} asked
 * @param {string} host
 */
export function whyNotListening(code, asked, host) {
  if (code === 'EADDRINUSE') {
    return new LaunchError(
      `端口 ${asked} 已被占用，请用 npm start -- --port N 换一个端口`,
      `port ${asked} is taken: choose another with npm start -- --port N`,
    );
  }
  if (code === 'EACCES') {
    return new LaunchError(
      `此用户不能使用端口 ${asked}，请用 npm start -- --port N 换一个 1024 以上的端口`,
      `this user may not use port ${asked}: choose one above 1024 with npm start -- --port N`,
    );
  }
  return new LaunchError(
    `无法在 HOST=${host} 上监听（${code}），请改为本机地址`,
    `cannot listen on HOST=${host} (${code}): set HOST to an address of this machine`,
  );
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<{port?: number, code?: string | undefined}>}
 */
function probe(port, host) {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.once('error', (error) => resolve({ code: /** @type {NodeJS.ErrnoException} */ (error).code }));
    listener.listen(port, host, () => {
      const address = listener.address();
      const found = typeof address === 'object' && address ? address.port : 0;
      listener.close(() => resolve({ port: found }));
    });
  });
}
