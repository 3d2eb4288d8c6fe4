import type { PartitionEnds } from './transport';

/** The consumer claims to live and reads nothing: it is to be ended and opened anew. */
export class ConsumerStalled extends Error {
  override readonly name = 'ConsumerStalled';

  /** @param delivered whether anything came since it was opened */
  constructor(
    partition: number,
    limitMs: number,
    readonly delivered: boolean,
  ) {
    super(
      `partition ${partition} has grown for ${Math.round(limitMs / 1_000)} s and nothing of it is delivered: ` +
        `the consumer stands still, and is opened anew`,
    );
  }
}

export interface DeliveryWatchOptions {
  readonly ends: () => Promise<readonly PartitionEnds[]>;
  /** Where it is paused, since enough waits to be applied, nothing is to be expected. */
  readonly isPaused: (partition: number) => boolean;
  /** So long a partition may grow without anything of it being delivered. */
  readonly limitMs: number;
  readonly onStalled: (error: ConsumerStalled) => void;
}

interface Silence {
  readonly end: bigint;
  grownSince: number | undefined;
}

/** Compares what is delivered with how far the partitions have grown; a broker that does not answer proves nothing. */
export class DeliveryWatch {
  private readonly silent = new Map<number, Silence>();
  private partitions: readonly number[] = [];
  private delivering = false;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(private readonly options: DeliveryWatchOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), this.options.limitMs / 4);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  assigned(partitions: readonly number[]): void {
    this.partitions = partitions;
    this.silent.clear();
  }

  delivered(partition: number): void {
    this.delivering = true;
    this.silent.delete(partition);
  }

  private async look(): Promise<void> {
    if (this.looking || this.partitions.length === 0) return;
    this.looking = true;
    try {
      const asked = this.partitions;
      const ends = await this.options.ends();
      if (asked === this.partitions) this.compare(ends);
    } catch {
      // Whether the consumer stands still cannot be told now.
    } finally {
      this.looking = false;
    }
  }

  private compare(ends: readonly PartitionEnds[]): void {
    const { limitMs, isPaused, onStalled } = this.options;
    const now = performance.now();
    for (const partition of this.partitions) {
      const end = ends[partition]?.next ?? 0n;
      const known = this.silent.get(partition);
      if (isPaused(partition)) this.silent.delete(partition);
      else if (!known) this.silent.set(partition, { end, grownSince: undefined });
      else if (end > known.end) {
        known.grownSince ??= now;
        if (now - known.grownSince < limitMs) continue;
        this.stop();
        onStalled(new ConsumerStalled(partition, limitMs, this.delivering));
        return;
      }
    }
  }
}
