/** Lets several wait until something has come, for some time at most. */
export class Waking {
  private readonly waiting = new Set<() => void>();

  wake(): void {
    for (const wake of this.waiting) wake();
  }

  /** Until it is woken, `signal` is aborted, or `ms` are over. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }
}
