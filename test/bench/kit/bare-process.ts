import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const loader = path.resolve(__dirname, '../../rig/load-typescript.cjs');

/** `bare-handler.ts` in a process of its own, which ends with this one. */
export class BareProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<BareProcess> {
    const child = fork(path.join(__dirname, 'bare-handler.ts'), { execArgv: ['-r', loader] });
    const first = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    const { url } = first[0] as { url?: string };
    if (url === undefined) throw new Error(`the bare handler ended: ${JSON.stringify(first)}`);
    return new BareProcess(child, url);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
