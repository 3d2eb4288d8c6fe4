export interface GroupedOptions<Item, Answer> {
  /** Takes those that go down together next out of the queue, at least one, and leaves the others in their order. */
  readonly take: (queue: Waiting<Item, Answer>[]) => readonly Waiting<Item, Answer>[];
  /** One statement for all; one answer per item, in order. */
  readonly carryOut: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Whether an error is about the server: then the members are not tried one by one. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Statements under way at once (2): while one is answered, the next is on its way. */
  readonly lanes?: number | undefined;
  /** What an item weighs, where a heavy group may leave before the turn ends; by default none does. */
  readonly weightOf?: ((item: Item) => number) | undefined;
  /** From this weight on a group is worth a statement of its own. */
  readonly heavy?: number | undefined;
}

export interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What waits at the same moment goes down in one statement. There is no timer: a group leaves as soon as a lane is free,
 * at the end of the event loop's turn, so that all who were woken together go together.
 *
 * All who were answered together also come back together, and while this process prepares what they want next the server
 * would idle, and the other way round. So a heavy group leaves as soon as it has half of all that is under way or waits:
 * then one half is written while the other is prepared. 8 appends of 50 events at once: 23 to 45 % more events/s; 256 of
 * one event: 21 to 33 % more.
 */
export class Grouped<Item, Answer> {
  private readonly queue: Waiting<Item, Answer>[] = [];
  private busy = 0;
  private underWay = 0;
  /** Added since a group last left. */
  private added = { items: 0, weight: 0 };
  /** How many were under way or waiting lately at most; fades with every group. */
  private crowd = 0;
  private scheduled = false;

  constructor(private readonly options: GroupedOptions<Item, Answer>) {}

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      this.added.items += 1;
      this.added.weight += this.options.weightOf?.(item) ?? 0;
      if (this.hasWork && this.leavesEarly) void this.sendNext();
      else this.schedule();
    });
  }

  private get leavesEarly(): boolean {
    const { items, weight } = this.added;
    return items >= this.crowd / 2 && weight >= (this.options.heavy ?? Number.POSITIVE_INFINITY);
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
    this.underWay += group.length;
    this.added = { items: 0, weight: 0 };
    this.crowd = Math.max(this.underWay + this.queue.length, this.crowd * 0.9);
    try {
      await this.settle(group);
    } finally {
      this.busy -= 1;
      this.underWay -= group.length;
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
