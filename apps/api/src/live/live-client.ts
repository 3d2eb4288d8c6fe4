import type { ServerResponse } from 'node:http';
import type { Scope } from '@fieldcase/contracts';

/** A reader that has left this much unread is dropped: it resumes by its last id when it can. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** One open stream. */
export class LiveClient {
  private ended = false;

  constructor(
    readonly scope: Scope,
    /** Position up to which everything was sent or was not his to see. */
    public position: bigint,
    private readonly response: ServerResponse,
    private readonly onEnd: (tooSlow: boolean) => void,
  ) {
    response.once('close', () => this.end());
  }

  get open(): boolean {
    return !this.ended;
  }

  write(text: string): void {
    if (this.ended) return;
    this.response.write(text);
    if (this.response.writableLength > MAX_UNREAD_BYTES) this.end(true);
  }

  /** While catching up the log is read no faster than the client reads. */
  async drained(): Promise<void> {
    if (this.ended || !this.response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.response.off('drain', done);
        this.response.off('close', done);
        resolve();
      };
      this.response.once('drain', done);
      this.response.once('close', done);
    });
  }

  /** At the process's end: whoever does not read must not hold it up, he resumes elsewhere. */
  stop(): void {
    const stuck = this.response.writableNeedDrain;
    this.end();
    if (stuck) this.response.destroy();
  }

  end(tooSlow = false): void {
    if (this.ended) return;
    this.ended = true;
    if (tooSlow) this.response.destroy();
    else this.response.end();
    this.onEnd(tooSlow);
  }
}
