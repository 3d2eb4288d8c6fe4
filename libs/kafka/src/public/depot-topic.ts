import { failpoint } from '@fieldcase/config';
import type { RecordedEvent } from '@fieldcase/eventsourcing';

export interface DepotTopicOptions {
  /** Sequence of the last record in the topic, 0: it is empty. */
  readonly sequence: number;
  /** Events of this depot's feed after a sequence, in order. */
  readonly read: (afterSequence: number, limit: number) => Promise<readonly RecordedEvent[]>;
  readonly send: (events: readonly RecordedEvent[]) => Promise<void>;
  /** It does no more: what the topic ends with is not known. */
  readonly onFailure: (error: Error) => void;
}

const BATCH = 500;

/**
 * One depot's feed on its way into its topic, in order and without a gap. What is noticed and follows on what was sent is
 * sent as it is; where something lies between, the depot's stream is read.
 */
export class DepotTopic {
  private sent: number;
  /** The last that was taken to be sent. */
  private taken: number;
  private pending: RecordedEvent[] = [];
  private behind = false;
  private working = false;
  private failed = false;
  private since: bigint | undefined;

  constructor(private readonly options: DepotTopicOptions) {
    this.sent = options.sequence;
    this.taken = options.sequence;
  }

  /** Of the last record that was acknowledged. */
  get sequence(): number {
    return this.sent;
  }

  /** Position of the first event that was noticed and is not acknowledged yet; undefined: there is none. */
  get waitsSince(): bigint | undefined {
    return this.since;
  }

  /** @param event of this depot's feed, as the log has it; any may be left out as long as a later one comes */
  notice(event: RecordedEvent): void {
    const last = this.pending.at(-1)?.version ?? this.taken;
    if (this.failed || event.version <= last) return;
    this.since ??= event.position;
    if (event.version === last + 1 && !this.behind && this.pending.length < BATCH) this.pending.push(event);
    else this.behind = true;
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    try {
      while (this.behind || this.pending.length > 0) {
        const events = await this.next();
        if (events.length > 0) await this.options.send(events);
        failpoint('depots.sent');
        this.sent = this.taken;
        if (!this.behind) this.since = this.pending[0]?.position;
      }
    } catch (error) {
      this.failed = true;
      this.options.onFailure(error as Error);
    } finally {
      this.working = false;
    }
  }

  private async next(): Promise<readonly RecordedEvent[]> {
    const events = this.behind ? await this.fromStream() : this.pending.splice(0);
    this.taken = events.at(-1)?.version ?? this.taken;
    return events;
  }

  /** What is noticed meanwhile may be among what is read, or come after it. */
  private async fromStream(): Promise<readonly RecordedEvent[]> {
    this.pending = [];
    this.behind = false;
    const events = await this.options.read(this.taken, BATCH);
    const last = events.at(-1)?.version ?? this.taken;
    const first = this.pending[0]?.version;
    if (events.length === BATCH || (first !== undefined && first !== last + 1)) {
      this.pending = [];
      this.behind = true;
    }
    return events;
  }
}
