import type { KafkaTransport, OutgoingRecord, Publisher } from '../transport';

interface Opened {
  readonly publisher: Promise<Publisher>;
  users: number;
}

/** Who sends has been told to stop. */
export class PublisherClosed extends Error {
  override readonly name = 'PublisherClosed';
}

/**
 * One publisher for many topics. After a failed send nobody takes it up again: its numbering of records may be ahead of the
 * broker's, and the next batch would be taken for a copy. Who is still sending with it comes to his end.
 */
export class SharedPublisher {
  private current: Opened | undefined;
  private closed = false;

  constructor(private readonly transport: Pick<KafkaTransport, 'publisher'>) {}

  /**
   * To partition 0.
   * @returns the offset of the first
   */
  async send(topic: string, records: readonly OutgoingRecord[]): Promise<bigint> {
    if (this.closed) throw new PublisherClosed('closed: nothing is sent any more');
    const opened = (this.current ??= { publisher: this.transport.publisher(), users: 0 });
    opened.users += 1;
    try {
      return await (await opened.publisher).send(topic, 0, records);
    } catch (error) {
      if (this.current === opened) this.current = undefined;
      throw error;
    } finally {
      opened.users -= 1;
      if (opened !== this.current && opened.users === 0) await close(opened);
    }
  }

  async close(): Promise<void> {
    const opened = this.current;
    this.closed = true;
    this.current = undefined;
    if (opened?.users === 0) await close(opened);
  }
}

async function close({ publisher }: Opened): Promise<void> {
  await publisher.then((open) => open.close()).catch(() => undefined);
}
