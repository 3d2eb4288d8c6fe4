import type { Fact, ReferenceSource } from '@fieldcase/eventsourcing';
import { foldReferences, initialReference, type ReferenceState } from '@fieldcase/domain';
import { referenceEventTypes, type ReferenceEvent } from '@fieldcase/domain/events';

/**
 * Technicians, depots, parts, policies as they are now: an in-process fold that reads only what is new. A call sees
 * everything that was committed before it began; calls that wait at the same moment share one read.
 */
export class ReferenceData {
  private state: ReferenceState = initialReference;
  private position = 0n;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly source: ReferenceSource) {}

  async current(): Promise<ReferenceState> {
    // A read that is already under way may have begun before the caller's last commit: wait for the one after it.
    this.next ??= (this.running ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.running = this.next;
        this.next = undefined;
        return this.refresh();
      });
    await this.next;
    return this.state;
  }

  private async refresh(): Promise<void> {
    const events = await this.source.readTypes(referenceEventTypes, this.position);
    if (events.length === 0) return;
    this.state = foldReferences(this.state, events as unknown as readonly Fact<ReferenceEvent>[]);
    this.position = events.at(-1)?.position ?? this.position;
  }
}
