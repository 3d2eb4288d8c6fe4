import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 5_000;

/** How far something long is: a bar on a terminal, a plain line every five seconds elsewhere; on standard error. */
export class Progress {
  private bar: SingleBar | undefined;
  private readonly startedAt = performance.now();
  private lineAt = this.startedAt;

  constructor(
    private readonly label: string,
    private readonly unit: string,
    private readonly terminal = process.stderr.isTTY === true,
  ) {}

  /** @param counted what the rate counts, e.g. rows, where `done` and `total` are something else */
  update(done: number, total: number, counted = done): void {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    const rate = Math.round(counted / Math.max(seconds, 0.001));
    const left = done > 0 ? Math.ceil((seconds * Math.max(0, total - done)) / done) : undefined;
    if (this.terminal) this.draw(done, total, rate, left);
    else this.line(done, total, rate, left);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private draw(done: number, total: number, rate: number, left: number | undefined): void {
    if (!this.bar) {
      const format = `${this.label} {bar} {percentage} % | {rate} ${this.unit}/s | {left}`;
      this.bar = new SingleBar({ format, hideCursor: true, stream: process.stderr, clearOnComplete: true });
      this.bar.start(total, 0, { rate: '-', left: '-' });
    }
    this.bar.setTotal(Math.max(total, 1));
    this.bar.update(done, { rate: rate.toLocaleString('en-US'), left: leftText(left) });
  }

  private line(done: number, total: number, rate: number, left: number | undefined): void {
    const now = performance.now();
    if (now - this.lineAt < LINE_EVERY_MS) return;
    this.lineAt = now;
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    process.stderr.write(`${this.label} ${percent} %, ${rate} ${this.unit}/s, ${leftText(left)}\n`);
  }
}

function leftText(seconds: number | undefined): string {
  if (seconds === undefined) return 'time left unknown';
  return seconds < 120 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}
