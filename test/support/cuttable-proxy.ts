import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands before a server at one address, while servers behind it come and go, and loses answers when told to. */
export class CuttableProxy {
  /** Answers that come back while it is set never arrive. */
  swallowing = false;
  /** Requests of which it says so never arrive, and the connection stays open. */
  withholds: (request: Buffer) => boolean = () => false;
  /** Called with what a client sends. */
  onRequest: (text: string) => void = () => undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: number | undefined,
  ) {
    server.on('connection', (socket) => this.carry(socket));
  }

  static async open(target: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(createServer(), target);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Undefined: whoever comes is turned away. Connections that there are break. */
  pointAt(target: number | undefined): void {
    this.target = target;
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.pointAt(undefined);
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(client: Socket): void {
    if (this.target === undefined) return void client.destroy();
    const server = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      this.onRequest(chunk.toString('latin1'));
      if (!this.withholds(chunk)) server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (!this.swallowing) client.write(chunk);
    });
  }
}
