import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** `up`: from the client to the server. */
export type Direction = 'up' | 'down';

/** Stands before a server at one address, while servers behind it come and go, and does to what passes what it is told. */
export class CuttableProxy {
  /** Answers that come back while it is set never arrive. */
  swallowing = false;
  /** Nothing passes, and nobody is told: connections stand open, as behind a firewall that has forgotten them. */
  halfOpen = false;
  /** Everything arrives so much later, in order. */
  delayMs = 0;
  /** Requests of which it says so never arrive, and the connection stays open. */
  withholds: (request: Buffer) => boolean = () => false;
  /** Called with what a client sends. */
  onRequest: (text: string) => void = () => undefined;
  private readonly sockets = new Set<Socket>();
  private readonly left: Record<Direction, number> = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY };
  private onCut: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private target: number | undefined,
  ) {
    server.on('connection', (socket) => this.carry(socket));
  }

  /** @param port where it listens; a free one unless given */
  static async open(target: number, port = 0): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(createServer(), target);
    proxy.server.listen(port, '127.0.0.1');
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
    this.cut();
  }

  /** Every connection breaks, at whatever byte it is; the next one is carried again. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /**
   * So many bytes more pass in this direction, all connections together, then every connection breaks: in the middle of
   * a frame where the number says so. Once.
   * @returns when that has happened
   */
  cutAfter(direction: Direction, bytes: number): Promise<void> {
    this.left[direction] = bytes;
    return new Promise((resolve) => (this.onCut = resolve));
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
        if (!this.halfOpen) other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      this.onRequest(chunk.toString('latin1'));
      if (!this.withholds(chunk)) this.pass('up', chunk, server);
    });
    server.on('data', (chunk: Buffer) => {
      if (!this.swallowing) this.pass('down', chunk, client);
    });
  }

  private pass(direction: Direction, chunk: Buffer, to: Socket): void {
    if (this.halfOpen) return;
    const left = this.left[direction];
    const whole = chunk.length < left;
    this.left[direction] = whole ? left - chunk.length : Number.POSITIVE_INFINITY;
    const write = (): void => {
      if (whole) return void to.write(chunk);
      // What may still pass leaves before the connections break.
      to.write(chunk.subarray(0, left), () => {
        this.cut();
        this.onCut();
      });
    };
    if (this.delayMs > 0) setTimeout(write, this.delayMs);
    else write();
  }
}
