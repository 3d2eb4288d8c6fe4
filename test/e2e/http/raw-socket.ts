import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** A connection on which any bytes can be sent. */
export class RawSocket {
  readonly socket: Socket;
  private received = Buffer.alloc(0);
  readonly closed: Promise<void>;
  private readonly wakes = new Set<() => void>();

  constructor(url: string) {
    const { port, hostname } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.wake();
        resolve();
      });
    });
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  /** What has come so far. */
  get text(): string {
    return this.received.toString('utf8');
  }

  /** When `text` matches, or the connection has ended. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text) && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.wakes.add(resolve);
      });
    }
    return this.text;
  }

  /** The first answer, once the server has closed the connection. */
  async answer(): Promise<RawAnswer> {
    await this.closed;
    return parseAnswer(this.text);
  }

  end(): void {
    this.socket.destroy();
  }

  private wake(): void {
    for (const wake of [...this.wakes]) wake();
    this.wakes.clear();
  }
}

export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1] ?? 0), headers, text: rest.join('\r\n\r\n') };
}
