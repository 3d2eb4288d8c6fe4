import { streamId, type EventMetadata, type EventStore } from '@fieldcase/eventsourcing';
import { caseNumber } from '@fieldcase/domain';
import { newEvent } from './new-events';

export const CASE_NUMBERS_STREAM = streamId('case-numbers', 'all');
/** One event of the counter stream per so many cases; what a process has not used when it stops is never used. */
const BLOCK = 1_000;

interface NumbersReserved {
  readonly from: number;
  readonly count: number;
}

/**
 * Case numbers, unique by construction: a process reserves a block of the counter with an expected version, and a
 * number is a bijection of its counter.
 */
export class NumberAllocator {
  private next = 0;
  private end = 0;
  /** How far the counter stream has been read: its version, and the first counter that nobody has. */
  private version = 0;
  private free = 0;
  private reserving: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly now: () => number,
  ) {}

  async allocate(): Promise<string> {
    while (this.next >= this.end) {
      this.reserving ??= this.reserve(BLOCK).finally(() => (this.reserving = undefined));
      await this.reserving;
    }
    this.next += 1;
    return caseNumber(this.next - 1);
  }

  private async reserve(count: number): Promise<void> {
    for (;;) {
      const events =
        (await this.store.readStreams([CASE_NUMBERS_STREAM], { afterVersion: this.version })).get(
          CASE_NUMBERS_STREAM,
        ) ?? [];
      for (const event of events) {
        const reserved = event.data as NumbersReserved;
        this.free = reserved.from + reserved.count;
        this.version = event.version;
      }
      const from = this.free;
      const metadata: EventMetadata = {
        correlationId: 'case-numbers',
        causationId: 'case-numbers',
        actor: 'system',
        actorRole: 'system',
      };
      const event = newEvent(
        CASE_NUMBERS_STREAM,
        { type: 'CaseNumbersReserved', data: { from, count } },
        this.now(),
        metadata,
      );
      const result = await this.store.append({
        writes: [{ streamId: CASE_NUMBERS_STREAM, expected: this.version, events: [event] }],
      });
      if (result.outcome !== 'appended') continue;
      this.version += 1;
      this.free = from + count;
      this.next = from;
      this.end = this.free;
      return;
    }
  }
}
