import { parseArgs } from 'node:util';
import { BareProcess } from './kit/bare-process';
import { BenchReport } from './kit/bench-report';
import { CpuUse } from './kit/cpu-use';
import { delaysOf, interleaved, median, quantile, round } from './kit/figures';
import { HttpLoad, type Served } from './kit/http-load';
import { caughtUp, withProduct, type RunningProduct } from './kit/running-product';
import { ServiceMix } from './kit/service-mix';

/**
 * `npm run bench -- http [--seconds 30] [--runs 3] [--connections 50] [--smoke]`: the five commands of a case's life
 * over HTTP against `npm start` (API, worker with all its roles, PostgreSQL), with tokens of the demo issuer, validation
 * and idempotency keys. First the most that is answered to so many connections that each wait for their answer, in turn
 * with the reference: a handler of Nest on Fastify that does nothing, given the same requests. Then at 70 % of it on a
 * schedule: how long a command takes from the instant at which it was to be sent.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    runs: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    smoke: { type: 'boolean', default: false },
  },
});
const SHARE_OF_MOST = 0.7;
const connections = Number(values.connections);
/** Seconds: of a run at most load, of the time at which the processes have compiled what is hot, of the schedule. */
const { runs, most, warm, scheduled } = values.smoke
  ? { runs: 1, most: 1, warm: 1, scheduled: 1.5 }
  : { runs: Number(values.runs), most: 5, warm: 20, scheduled: Number(values.seconds) };
const report = new BenchReport('http');

async function main(): Promise<void> {
  const bare = await BareProcess.start();
  try {
    await withProduct(['--empty'], (product) => measure(product, bare));
  } finally {
    await bare.stop();
  }
  report.finish();
}

async function measure(product: RunningProduct, bare: BareProcess): Promise<void> {
  const load = new HttpLoad(product.url, await ServiceMix.of(product), connections);
  const bareLoad = new HttpLoad(bare.url, await ServiceMix.of({ dataDir: product.dataDir }), connections);
  try {
    await load.atMost(warm);
    await bareLoad.atMost(warm / 4);
    await caughtUp(product);
    const perSecond = await mostOfBoth(product, load, bareLoad);
    await onSchedule(product, load, perSecond * SHARE_OF_MOST);
  } finally {
    await Promise.all([load.close(), bareLoad.close()]);
  }
}

/** @returns commands a second of the product */
async function mostOfBoth(product: RunningProduct, load: HttpLoad, bareLoad: HttpLoad): Promise<number> {
  const served: Served[] = [];
  const rates = await interleaved(runs, {
    product: async () => {
      const cpu = await CpuUse.from(product.pid);
      const now = await load.atMost(most);
      const cores = await cpu.cores();
      served.push(now);
      report.add({ load: 'most', ...figuresOf(now), ...coresOf(cores) });
      report.add({ load: 'most', ...cpuOf(cores, now) });
      await caughtUp(product);
      return now.perSecond;
    },
    bare: async () => {
      const now = await bareLoad.atMost(most);
      report.add({ load: 'bare handler', ...figuresOf(now) });
      return now.perSecond;
    },
  });
  const [ours, bare] = [median(rates.product), median(rates.bare)];
  const share = round(ours / bare);
  report.add({ commandsPerSecond: round(ours), barePerSecond: round(bare), shareOfBare: share });
  // Of a product that has just started, in a second: when it has compiled what is hot, it has three times as much.
  report.shape('at least 1/200 of the rate of the bare handler', share >= 1 / 200, share);
  report.goal('at least 1/12 of the rate of the bare handler', share >= 1 / 12, share);
  report.goal('2,500 commands/s', ours >= 2_500, round(ours));
  tellErrors('at most', served);
  return ours;
}

async function onSchedule(product: RunningProduct, load: HttpLoad, perSecond: number): Promise<void> {
  const cpu = await CpuUse.from(product.pid);
  const served = await load.atRate(perSecond, scheduled);
  const cores = await cpu.cores();
  const caughtUpMs = round(await caughtUp(product));
  report.add({ load: '70 % of most', ...figuresOf(served), ...coresOf(cores), caughtUpMs });
  report.add({ load: '70 % of most', ...cpuOf(cores, served) });
  const p99 = quantile(served.delays, 0.99);
  report.goal('p99 of 50 ms at 70 % of the most', p99 <= 50, round(p99));
  tellErrors('on schedule', [served]);
}

const figuresOf = ({ perSecond, delays }: Served) => ({ perSecond: round(perSecond), ...delaysOf(delays) });

/** How many cores each part kept busy: the generator competes with what it measures. */
function coresOf({ api = 0, worker = 0, postgres = 0, generator = 0 }: Readonly<Record<string, number>>) {
  return { apiCores: api, postgresCores: postgres, workerCores: worker, generatorCores: generator };
}

/** CPU of one command, wherever it is spent: the machine's cores divided by it are the most that can be. */
function cpuOf(cores: Readonly<Record<string, number>>, { perSecond }: Served) {
  const { api = 0, worker = 0, postgres = 0 } = cores;
  const ofOne = (busy: number): number => round((busy * 1_000) / perSecond);
  return { apiMs: ofOne(api), postgresMs: ofOne(postgres), workerMs: ofOne(worker) };
}

function tellErrors(when: string, served: readonly Served[]): void {
  const errors = served.reduce((sum, each) => sum + each.errors, 0);
  const first = served.find((each) => each.firstError !== undefined)?.firstError;
  report.shape(`no command fails ${when}`, errors === 0, first ?? errors);
}

void main();
