import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** So many are kept in memory; more go to a folder of their own, run by run. */
const RUN = 20_000;

interface Placed {
  readonly row: number;
  /** Rows of a second file come behind those of the first. */
  readonly file?: string;
}

export const inOrder = (a: Placed, b: Placed): number =>
  Number(a.file !== undefined) - Number(b.file !== undefined) || a.row - b.row;

/** Takes things in any order and gives them back in the order of the file's rows; memory stays flat. */
export class SortedRows<T extends Placed> {
  private readonly runs: string[] = [];
  private kept: T[] = [];
  private folder: string | undefined;

  constructor(private readonly runLength = RUN) {}

  add(one: T): void {
    this.kept.push(one);
    if (this.kept.length >= this.runLength) this.spill();
  }

  /** All of them, once: they are gone after it. */
  async *drain(): AsyncGenerator<T> {
    const kept = sorted(this.kept);
    this.kept = [];
    if (this.runs.length === 0) yield* kept;
    else
      yield* merged([
        ...this.runs.map(linesOf<T>),
        (async function* () {
          yield* kept;
        })(),
      ]);
    this.close();
  }

  close(): void {
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
    this.folder = undefined;
    this.runs.length = 0;
  }

  private spill(): void {
    this.folder ??= mkdtempSync(join(tmpdir(), 'fieldcase-rejects-'));
    const path = join(this.folder, String(this.runs.length));
    const file = openSync(path, 'wx', 0o600);
    try {
      writeAll(
        file,
        sorted(this.kept)
          .map((one) => `${jsonLine(one)}\n`)
          .join(''),
      );
    } finally {
      closeSync(file);
    }
    this.runs.push(path);
    this.kept = [];
  }
}

/** For readline, which from Node 24 on ends a line at these two as well; JSON itself escapes all other ends. */
function jsonLine(one: unknown): string {
  return JSON.stringify(one).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);
}

/** The whole text, also where the file takes it piece by piece. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

const sorted = <T extends Placed>(rows: readonly T[]): T[] => [...rows].sort(inOrder);

async function* linesOf<T>(path: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    yield JSON.parse(line) as T;
  }
}

async function* merged<T extends Placed>(runs: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const heads: { one: T; run: AsyncGenerator<T> }[] = [];
  const advance = async (run: AsyncGenerator<T>): Promise<void> => {
    const next = await run.next();
    if (!next.done) heads.push({ one: next.value, run });
  };
  for (const run of runs) await advance(run);
  while (heads.length > 0) {
    const first = heads.reduce((least, head, index) => (inOrder(head.one, heads[least]!.one) < 0 ? index : least), 0);
    const [{ one, run }] = heads.splice(first, 1) as [(typeof heads)[number]];
    yield one;
    await advance(run);
  }
}
