export interface GroupedOptions<Item, Answer> {
  /** Takes those that go down together next out of the queue, at least one, and leaves the others in their order. */
  readonly take: (queue: Waiting<Item, Answer>[]) => readonly Waiting<Item, Answer>[];
  /** One statement for all; one answer per item, in order. */
  readonly carryOut: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Whether an error is about the server: then the members are not tried one by one. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Statements under way at once (2): while one is answered, the next is on its way. */
  readonly lanes?: number | undefined;
}

export interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What waits at the same moment goes down in one statement. There is no timer: a group leaves as soon as a lane is free,
 * at the end of the event loop's turn, so that all who were woken together go together.
 */
export class Grouped<Item, Answer> {
  private readonly queue: Waiting<Item, Answer>[] = [];
  private busy = 0;
  private scheduled = false;

  constructor(private readonly options: GroupedOptions<Item, Answer>) {}

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private get hasWork(): boolean {
    return this.busy < (this.options.lanes ?? 2) && this.queue.length > 0;
  }

  private schedule(): void {
    if (this.scheduled || !this.hasWork) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.hasWork) void this.sendNext();
    });
  }

  private async sendNext(): Promise<void> {
    const group = this.options.take(this.queue);
    this.busy += 1;
    try {
      await this.settle(group);
    } finally {
      this.busy -= 1;
      this.schedule();
    }
  }

  private async settle(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.options.carryOut(group.map(({ item }) => item));
      group.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error(`the store answered ${answers.length} of ${group.length}`));
        else resolve(answer);
      });
    } catch (error) {
      if (group.length === 1 || this.options.isUnavailable(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // What the server refuses in one fails the statement: tried alone, it fails alone.
      for (const waiting of group) await this.settle([waiting]);
    }
  }
}
