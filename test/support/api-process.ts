import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** `apps/api` as a process of its own, without a build. */
export class ApiProcess {
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly wakes = new Set<() => void>();

  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = once(child, 'exit').then(([code, signal]) => {
      this.wake();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    let rest = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.startsWith('{'))) this.lines.push(JSON.parse(line));
      this.wake();
    });
  }

  /** Resolves when it listens; rejects with its last words when it ends before. */
  static async start(env: Readonly<Record<string, string>>): Promise<ApiProcess> {
    const port = await freePort();
    const loader = path.join(root, 'test/rig/load-typescript.cjs');
    const child = spawn(process.execPath, ['-r', loader, path.join(root, 'apps/api/src/main.ts')], {
      env: { ...process.env, PORT: String(port), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const api = new ApiProcess(child, `http://127.0.0.1:${port}`);
    await api.said('listening');
    return api;
  }

  async said(message: string): Promise<void> {
    while (!this.lines.some((line) => line['message'] === message)) {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${JSON.stringify(this.lines.slice(-3))}`);
      await new Promise<void>((resolve) => this.wakes.add(resolve));
    }
  }

  /** For afterAll: whatever a failed spec left. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private wake(): void {
    for (const wake of [...this.wakes]) wake();
    this.wakes.clear();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
