import type { AppendRequest, AppendResult } from '@fieldcase/eventsourcing';
import { KnownTails } from './known-tails';

/** A request as it goes down, made once when it arrives. */
export interface Prepared {
  readonly request: AppendRequest;
  /** Of event data, metadata, personal data and answer as JSON text, in UTF-16 units. */
  readonly size: number;
}

export interface GroupCommitOptions<P extends Prepared> {
  /** Writes a batch in one statement; one result per request, in order. */
  readonly write: (batch: readonly P[]) => Promise<readonly AppendResult[]>;
  /** Whether an error is about the server: then the members are not tried one by one. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Statements under way at once (2): while one commits, the next is on its way to the lock. */
  readonly lanes?: number;
  readonly maxRequests?: number;
  /** Sum of the sizes; a request that is larger goes alone. */
  readonly maxSize?: number;
}

interface Waiting<P extends Prepared> {
  readonly prepared: P;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends that wait at the same moment go down in one statement and one commit. There is no timer: a batch leaves as
 * soon as a lane is free, at the end of the event loop's turn, so that all who were woken together go together.
 */
export class GroupCommit<P extends Prepared> {
  private queue: Waiting<P>[] = [];
  private busy = 0;
  private flushScheduled = false;
  private readonly knownTails = new KnownTails();
  private readonly lanes: number;
  private readonly maxRequests: number;
  private readonly maxSize: number;

  constructor(private readonly options: GroupCommitOptions<P>) {
    this.lanes = options.lanes ?? 2;
    this.maxRequests = options.maxRequests ?? 256;
    this.maxSize = options.maxSize ?? 1_000_000;
  }

  append(prepared: P): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.queue.push({ prepared, resolve, reject });
      this.scheduleFlush();
    });
  }

  private scheduleFlush(): void {
    if (this.flushScheduled || this.busy >= this.lanes) return;
    this.flushScheduled = true;
    setImmediate(() => {
      this.flushScheduled = false;
      while (this.busy < this.lanes && this.queue.length > 0) void this.writeNext();
    });
  }

  private async writeNext(): Promise<void> {
    const batch = this.takeBatch();
    this.busy += 1;
    try {
      await this.settle(batch);
    } finally {
      this.busy -= 1;
      if (this.queue.length > 0) this.scheduleFlush();
    }
  }

  private takeBatch(): Waiting<P>[] {
    const streams = new BatchStreams();
    const batch: Waiting<P>[] = [];
    const left: Waiting<P>[] = [];
    let size = 0;
    for (const [index, waiting] of this.queue.entries()) {
      if (batch.length === this.maxRequests || (batch.length > 0 && size + waiting.prepared.size > this.maxSize)) {
        left.push(...this.queue.slice(index));
        break;
      }
      // One that waits also holds its streams: whoever came later does not overtake it.
      if (!streams.claim(waiting.prepared.request, this.knownTails)) left.push(waiting);
      else {
        batch.push(waiting);
        size += waiting.prepared.size;
      }
    }
    this.queue = left;
    return batch;
  }

  private async settle(batch: readonly Waiting<P>[]): Promise<void> {
    try {
      const results = await this.options.write(batch.map(({ prepared }) => prepared));
      batch.forEach((waiting, index) => {
        const result = results[index];
        if (result) {
          this.knownTails.learn(result);
          waiting.resolve(result);
        } else waiting.reject(new Error(`the store answered ${results.length} of ${batch.length} appends`));
      });
    } catch (error) {
      if (batch.length === 1 || this.options.isUnavailable(error)) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // One value that the server refuses fails the statement: tried alone, it fails alone.
      for (const waiting of batch) await this.settle([waiting]);
    }
  }
}

type Use = 'written' | 'blind' | 'checked';

/**
 * Within a batch a stream that one append writes is neither written nor checked by another, so no append can be decided
 * on what another of the same batch changes. Blind appends may share a stream. A key is used once.
 */
export class BatchStreams {
  private readonly uses = new Map<string, Use>();
  private readonly keys = new Set<string>();

  /** Whether the request may join. Its streams count as used in either case. */
  claim(request: AppendRequest, knownTails: KnownTails): boolean {
    const free = this.claimKey(request);
    return (knownTails.areBeyond(request) || this.claimStreams(request)) && free;
  }

  private claimKey({ key }: AppendRequest): boolean {
    if (!key) return true;
    const hash = Buffer.from(key.hash).toString('latin1');
    const free = !this.keys.has(hash);
    this.keys.add(hash);
    return free;
  }

  private claimStreams(request: AppendRequest): boolean {
    let free = true;
    const use = (streamId: string, wanted: Use): void => {
      const present = this.uses.get(streamId);
      if (present !== undefined && !(present === wanted && wanted !== 'written')) free = false;
      this.uses.set(streamId, present === undefined || present === wanted ? wanted : 'written');
    };
    const own = new Set<string>();
    for (const { streamId, expected, events } of request.writes) {
      own.add(streamId);
      // A write without events is a check.
      if (events.length === 0 && expected === 'any') continue;
      use(streamId, events.length === 0 ? 'checked' : expected === 'any' ? 'blind' : 'written');
    }
    for (const { streamId } of request.checks ?? []) if (!own.has(streamId)) use(streamId, 'checked');
    return free;
  }
}
