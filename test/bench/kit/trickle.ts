import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Commands of other people: one-event appends at a rate, from a process of its own as the API is one. */
export class Trickle {
  private constructor(private readonly child: ChildProcess) {}

  static async start(url: string, perSecond: number): Promise<Trickle> {
    // It inherits how TypeScript is loaded.
    const child = fork(path.join(__dirname, 'trickle-process.ts'), [url, String(perSecond)]);
    await once(child, 'message');
    return new Trickle(child);
  }

  /** @returns ms that each command took meanwhile, from the instant at which it should have begun */
  async during(work: () => Promise<void>): Promise<number[]> {
    this.child.send('begin');
    await work();
    const answer = once(this.child, 'message');
    this.child.send('end');
    const [delays] = (await answer) as [number[]];
    return delays;
  }

  async stop(): Promise<void> {
    if (!this.child.connected) return;
    const ended = once(this.child, 'exit');
    this.child.send('stop');
    await ended;
  }
}
