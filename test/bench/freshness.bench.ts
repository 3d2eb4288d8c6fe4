import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BenchReport } from './kit/bench-report';
import { CpuUse } from './kit/cpu-use';
import { delaysOf, quantile, round } from './kit/figures';
import { HttpLoad, type Served } from './kit/http-load';
import { caughtUp, withProduct, type RunningProduct } from './kit/running-product';
import { ServiceMix } from './kit/service-mix';

/**
 * `npm run bench -- freshness [--rate 500] [--seconds 30] [--smoke]`: from the commit of a command, given over HTTP to
 * `npm start`, until its row of the case board can be read by SQL. The commit is taken at `recordedAt`, which is a little
 * before it; the row is there from the first look at which the board's checkpoint, moved in the same transaction, has
 * passed the command. There is no reference: the shape is the spread of the delays, and that nothing is missing.
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '30' },
    smoke: { type: 'boolean', default: false },
  },
});
const rate = values.smoke ? 100 : Number(values.rate);
const seconds = values.smoke ? 3 : Number(values.seconds);
const warm = values.smoke ? 1 : 5;
const CONNECTIONS = 50;
const report = new BenchReport('freshness');

/** When the board was first seen to have come so far; epoch ms. */
interface Look {
  readonly position: bigint;
  readonly at: number;
}

interface Given {
  readonly id: string;
  readonly position: bigint;
}

/** Looks at how far the board is, again and again, until it is told to end. */
class Watcher {
  readonly looks: Look[] = [];
  private ended = false;
  private readonly looking: Promise<void>;

  constructor(private readonly pool: RunningProduct['pool']) {
    this.looking = this.look();
  }

  async stop(): Promise<void> {
    this.ended = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    while (!this.ended) {
      const { rows } = await this.pool.query<{ position: string }>(
        `select min(position) as position from fieldcase.checkpoints where subscription = 'case-board'`,
      );
      const position = BigInt(rows[0]?.position ?? 0);
      if (position > (this.looks.at(-1)?.position ?? -1n)) this.looks.push({ position, at: nowMs() });
      await pause(1);
    }
  }
}

const nowMs = (): number => performance.timeOrigin + performance.now();

async function main(): Promise<void> {
  await withProduct(['--empty'], measure);
  report.finish();
}

async function measure(product: RunningProduct): Promise<void> {
  const given: Given[] = [];
  const load = new HttpLoad(product.url, await ServiceMix.of(product), CONNECTIONS, ({ id, position }) =>
    given.push({ id, position: BigInt(position) }),
  );
  try {
    await load.atRate(rate, warm);
    await caughtUp(product);
    given.length = 0;
    const watcher = new Watcher(product.pool);
    const cpu = await CpuUse.from(product.pid);
    const served = await load.atRate(rate, seconds);
    const { api = 0, worker = 0, postgres = 0 } = await cpu.cores();
    await caughtUp(product);
    await watcher.stop();
    const delays = await delaysUntilSeen(product, given, watcher.looks);
    report.add({ rate, commands: given.length, ...delaysOf(delays), api, worker, postgres });
    await judge(product, served, given, delays);
  } finally {
    await load.close();
  }
}

async function judge(
  product: RunningProduct,
  served: Served,
  given: readonly Given[],
  delays: readonly number[],
): Promise<void> {
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  report.shape('no command fails', served.errors === 0, served.firstError ?? served.errors);
  const seen = await seenOnBoard(product, given);
  report.shape('every command is seen on the board', seen === given.length, `${seen} of ${given.length}`);
  report.shape('p99 below 20 times p50', p99 < 20 * p50, round(p99 / p50));
  report.goal('p99 of 150 ms', p99 <= 150, round(p99));
}

async function delaysUntilSeen({ pool }: RunningProduct, given: readonly Given[], looks: readonly Look[]) {
  const { rows } = await pool.query<{ position: string; at: string }>(
    `select position, extract(epoch from recorded_at) * 1000 as at from fieldcase.events where position = any ($1)
      order by position`,
    [given.map(({ position }) => position.toString())],
  );
  let next = 0;
  return rows.map(({ position, at }) => {
    while (next < looks.length && (looks[next]?.position ?? 0n) < BigInt(position)) next += 1;
    return (looks[next]?.at ?? Infinity) - Number(at);
  });
}

/** Commands that the row of their case has come up to. */
async function seenOnBoard({ pool }: RunningProduct, given: readonly Given[]): Promise<number> {
  const { rows } = await pool.query<{ seen: string }>(
    `select count(*) as seen from unnest($1::text[], $2::bigint[]) as given (id, position)
       join read_models.case_board b on b.id = given.id collate "C" and b.position >= given.position`,
    [given.map(({ id }) => id), given.map(({ position }) => position.toString())],
  );
  return Number(rows[0]?.seen);
}

void main();
