import { failpoint } from '@fieldcase/config';
import type { ProcessManager, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';

/** Groups of events handled at the same time; what they append goes down together. */
const CONCURRENT = 16;

/**
 * Carries a command out. Resolves when it was accepted or refused; rejects when that is not known: then the batch comes
 * again. `cause` and `index` name the command, so that doing it twice is doing it once.
 */
export type Execute<Command> = (command: Command, cause: RecordedEvent, index: number) => Promise<void>;

/**
 * A process manager as a follower of the log: its effects are commands on connections of their own, and its checkpoint
 * moves when all of a batch are settled.
 */
export class ProcessSubscription<Command> implements Projection {
  readonly version = 1;
  readonly tables: readonly string[] = [];

  constructor(
    private readonly manager: ProcessManager<Command>,
    private readonly execute: Execute<Command>,
  ) {}

  get name(): string {
    return this.manager.name;
  }

  get eventTypes(): readonly string[] {
    return this.manager.eventTypes;
  }

  async createTables(): Promise<void> {
    // What it remembers are streams of the log.
  }

  async apply(_client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
    const groups = new Map<string, RecordedEvent[]>();
    for (const event of events) {
      const key = this.manager.partition(event);
      groups.set(key, [...(groups.get(key) ?? []), event]);
    }
    const waiting = [...groups.values()].toReversed();
    const lane = async (): Promise<void> => {
      for (let group = waiting.pop(); group; group = waiting.pop()) await this.handle(group);
    };
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENT }, lane));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async handle(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      for (const [index, command] of this.manager.react(event).entries()) {
        await this.execute(command, event, index);
        failpoint('process.commanded');
      }
    }
  }
}
