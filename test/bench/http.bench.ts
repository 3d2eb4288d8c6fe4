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
  ? { runs: 1, most: 1, warm: 1, scheduled: 2 }
  : { runs: Number(values.runs), most: 5, warm: 5, scheduled: Number(values.seconds) };
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
    await bareLoad.atMost(warm / 2);
    await caughtUp(product);
    const perSecond = await mostOfBoth(product, load, bareLoad);
    await onSchedule(product, load, perSecond * SHARE_OF_MOST);
  } finally {
    await Promise.all([load.close(), bareLoad.close()]);
  }
}

/** @returns commands a second of the product */
async function mostOfBoth(product: RunningProduct, load: HttpLoad, bareLoad: HttpLoad): Promise<number> {
  const served: Record<'product' | 'bare', Served[]> = { product: [], bare: [] };
  const rates = await interleaved(runs, {
    product: async () => {
      const cpu = await CpuUse.from(product.pid);
      served.product.push(await load.atMost(most));
      report.add({ load: 'most', ...figuresOf(served.product), ...coresOf(await cpu.cores()) });
      await caughtUp(product);
      return served.product.at(-1)?.perSecond ?? 0;
    },
    bare: async () => {
      served.bare.push(await bareLoad.atMost(most));
      report.add({ load: 'bare handler', ...figuresOf(served.bare) });
      return served.bare.at(-1)?.perSecond ?? 0;
    },
  });
  const [ours, bare] = [median(rates.product), median(rates.bare)];
  report.add({ commandsPerSecond: round(ours), barePerSecond: round(bare), shareOfBare: round(ours / bare) });
  report.shape('at least 1/12 of the rate of the bare handler', ours >= bare / 12, round(ours / bare));
  report.goal('2,500 commands/s', ours >= 2_500, round(ours));
  tellErrors('at most', served.product);
  return ours;
}

async function onSchedule(product: RunningProduct, load: HttpLoad, perSecond: number): Promise<void> {
  const cpu = await CpuUse.from(product.pid);
  const served = await load.atRate(perSecond, scheduled);
  const cores = coresOf(await cpu.cores());
  const caughtUpMs = round(await caughtUp(product));
  report.add({ load: '70 % of most', ...figuresOf([served]), ...cores, caughtUpMs });
  const p99 = quantile(served.delays, 0.99);
  report.goal('p99 of 50 ms at 70 % of the most', p99 <= 50, round(p99));
  tellErrors('on schedule', [served]);
}

/** Of the latest. */
function figuresOf(runsOfIt: readonly Served[]) {
  const { perSecond, delays } = runsOfIt.at(-1) ?? { perSecond: 0, delays: [] };
  return { perSecond: round(perSecond), ...delaysOf(delays) };
}

/** How many cores each part kept busy: the generator competes with what it measures. */
function coresOf(cores: Readonly<Record<string, number>>) {
  const { api = 0, worker = 0, postgres = 0, generator = 0 } = cores;
  return { apiCores: api, postgresCores: postgres, workerCores: worker, generatorCores: generator };
}

function tellErrors(when: string, served: readonly Served[]): void {
  const errors = served.reduce((sum, each) => sum + each.errors, 0);
  const first = served.find((each) => each.firstError !== undefined)?.firstError;
  report.shape(`no command fails ${when}`, errors === 0, first ?? errors);
}

void main();
