export type Bucket = 'commands' | 'queries';
const WINDOW_MS = 60_000;
const MAX_CALLERS = 20_000;

/**
 * Requests per caller in fixed windows of a minute, in this process only: N processes allow N times as many.
 * (@nestjs/throttler's own storage filters an array of every hit of the window on each request, which costs more
 * than the request at limits as generous as ours.)
 */
export class RequestRates {
  private windowEndsAt = 0;
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly perMinute: Readonly<Record<Bucket, number>>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns seconds to wait when the limit is passed, else undefined */
  count(bucket: Bucket, caller: string): number | undefined {
    const now = this.now();
    if (now >= this.windowEndsAt) {
      this.counts.clear();
      this.windowEndsAt = now + WINDOW_MS;
    }
    const key = `${bucket} ${caller}`;
    const count = (this.counts.get(key) ?? 0) + 1;
    // A flood of made-up callers must not fill the memory; those known keep their count.
    if (count > 1 || this.counts.size < MAX_CALLERS) this.counts.set(key, count);
    if (count <= this.perMinute[bucket]) return undefined;
    return Math.max(1, Math.ceil((this.windowEndsAt - now) / 1_000));
  }
}
