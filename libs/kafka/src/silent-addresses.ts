import { connect } from 'node:net';

const CONNECT_MS = 3_000;

/** Those of `host:port` that take no connection. */
export async function silentAddresses(addresses: readonly string[]): Promise<readonly string[]> {
  const taken = await Promise.all(addresses.map((address) => takesConnections(address)));
  return addresses.filter((_, at) => !taken[at]);
}

function takesConnections(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
    const say = (takes: boolean): void => {
      socket.destroy();
      resolve(takes);
    };
    socket.setTimeout(CONNECT_MS, () => say(false));
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
  });
}
