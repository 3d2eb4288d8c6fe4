import { lookedAt, type LogBatch, type LogSource, type ReadLogOptions } from './log-source';

/** Reads a log batch by batch, the next one while the one at hand is worked: on a long way both sides are busy at once. */
export class ReadAhead {
  private ahead: { readonly after: bigint; readonly limit: number; readonly batch: Promise<LogBatch> } | undefined;

  constructor(private readonly source: Pick<LogSource, 'read'>) {}

  /** With `upTo` nothing is read ahead. */
  async read(options: ReadLogOptions): Promise<LogBatch> {
    const { after, limit, upTo } = options;
    if (upTo !== undefined) return this.source.read(options);
    const ready = this.ahead?.after === after && this.ahead.limit === limit ? this.ahead.batch : undefined;
    this.ahead = undefined;
    const batch = await (ready ?? this.source.read(options));
    if (lookedAt(batch) >= limit) {
      const next = this.source.read({ ...options, after: batch.upTo });
      next.catch(() => undefined);
      this.ahead = { after: batch.upTo, limit, batch: next };
    }
    return batch;
  }

  /** After any failure, or where what was read is not wanted any more. */
  forget(): void {
    this.ahead = undefined;
  }
}
