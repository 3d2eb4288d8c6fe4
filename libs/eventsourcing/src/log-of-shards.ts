import type { LogBatch, LogSource, ReadLogOptions } from './log-source';

/** Some shards of a log, for who follows no others. */
export class LogOfShards implements LogSource {
  constructor(
    private readonly log: LogSource,
    readonly share: readonly number[],
  ) {}

  async read(options: ReadLogOptions): Promise<LogBatch> {
    return readShards(this.log, options, this.share);
  }

  head(): Promise<bigint> {
    return this.log.head();
  }

  waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.log.waitForMore(after, timeoutMs, signal);
  }
}

/** A batch of the whole log, of which the other shards are left out. */
export async function readShards(
  log: LogSource,
  options: ReadLogOptions,
  shards: readonly number[],
): Promise<LogBatch> {
  const { events, ...batch } = await log.read(options);
  return { ...batch, events: events.filter(({ shard }) => shards.includes(shard)), shards };
}
