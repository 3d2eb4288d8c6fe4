/**
 * Runs tasks of one key one after another, in the order they came; different keys run side by side.
 * Contended commands so wait for each other in the process instead of conflicting in the log.
 */
export class FirstComeQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** @param task must not throw before it answers a promise */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    const mine = before ? before.then(task) : task();
    const settled = (): void => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    };
    const tail = mine.then(settled, settled);
    this.tails.set(key, tail);
    return mine;
  }
}
