import { once } from 'node:events';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const CHUNK_CHARACTERS = 256 * 1_024;

/** Lines on their way into a table. */
export class CopyLines {
  private chunk = '';
  private readonly stream;
  private readonly failed: Promise<never>;

  /** @param statement `copy ... from stdin` */
  constructor(client: Client, statement: string) {
    this.stream = client.query(copyFrom(statement));
    this.failed = new Promise<never>((_resolve, reject) => this.stream.once('error', reject));
    this.failed.catch(() => undefined);
  }

  /** Nothing to wait for, most of the time. */
  add(line: string): Promise<void> | undefined {
    this.chunk += line;
    if (this.chunk.length < CHUNK_CHARACTERS) return undefined;
    const chunk = this.chunk;
    this.chunk = '';
    return this.stream.write(chunk) ? undefined : this.drained();
  }

  async end(): Promise<void> {
    const finished = once(this.stream, 'finish');
    this.stream.end(this.chunk);
    await Promise.race([finished, this.failed]);
  }

  private async drained(): Promise<void> {
    await Promise.race([once(this.stream, 'drain'), this.failed]);
  }
}
