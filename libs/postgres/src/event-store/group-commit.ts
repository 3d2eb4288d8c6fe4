import type { AppendRequest, AppendResult } from '@fieldcase/eventsourcing';
import { Grouped, type Waiting } from './grouped';
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
  /** Sum of the sizes from which a batch need not wait for the end of the turn. */
  readonly heavy?: number;
}

/** Of some 16 events: what a statement costs beside them is less than they do. */
const HEAVY = 7_000;

/** Appends that wait at the same moment go down in one statement and one commit. */
export class GroupCommit<P extends Prepared> {
  private readonly knownTails = new KnownTails();
  private readonly appends: Grouped<P, AppendResult>;
  private readonly maxRequests: number;
  private readonly maxSize: number;

  constructor(private readonly options: GroupCommitOptions<P>) {
    this.maxRequests = options.maxRequests ?? 256;
    this.maxSize = options.maxSize ?? 1_000_000;
    this.appends = new Grouped({
      take: (queue) => this.takeBatch(queue),
      carryOut: (batch) => this.write(batch),
      isUnavailable: options.isUnavailable,
      lanes: options.lanes,
      weightOf: ({ size }) => size,
      heavy: options.heavy ?? HEAVY,
    });
  }

  append(prepared: P): Promise<AppendResult> {
    return this.appends.add(prepared);
  }

  private takeBatch(queue: Waiting<P, AppendResult>[]): readonly Waiting<P, AppendResult>[] {
    const streams = new BatchStreams();
    const batch: Waiting<P, AppendResult>[] = [];
    const left: Waiting<P, AppendResult>[] = [];
    let size = 0;
    for (const [index, waiting] of queue.entries()) {
      const { item } = waiting;
      if (batch.length === this.maxRequests || (batch.length > 0 && size + item.size > this.maxSize)) {
        left.push(...queue.slice(index));
        break;
      }
      // One that waits also holds its streams: whoever came later does not overtake it.
      if (!streams.claim(item.request, this.knownTails)) left.push(waiting);
      else {
        batch.push(waiting);
        size += item.size;
      }
    }
    queue.length = 0;
    for (const waiting of left) queue.push(waiting);
    return batch;
  }

  private async write(batch: readonly P[]): Promise<readonly AppendResult[]> {
    const results = await this.options.write(batch);
    for (const result of results) this.knownTails.learn(result);
    return results;
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
