import { FAILPOINTS, type Failpoint } from '@fieldcase/config';
import { Random } from '../../../apps/cli/src/demo/random';
import { FAILPOINT_SITES } from './failpoint-sites';

export type Part = 'api' | 'worker' | 'database' | 'broker';

export interface Hit {
  readonly failpoint: Failpoint;
  readonly nth: number;
}

/** One step of the plan. */
export type Blow =
  | { readonly kind: 'kill'; readonly part: Part; readonly index: number; readonly downMs: number }
  /** One process is killed, and another (an API: itself, started again) comes to its end at the failpoint. */
  | (Hit & { readonly kind: 'failpoint'; readonly index: number })
  /** Both workers are killed, and each comes to its end at a failpoint, one after the other; `index` is the first. */
  | { readonly kind: 'pair'; readonly hits: readonly [Hit, Hit]; readonly index: number }
  | { readonly kind: 'hang'; readonly part: 'api' | 'worker' | 'broker'; readonly index: number; readonly ms: number };

export interface PlannedBlow {
  /** Load goes on undisturbed so long before it. */
  readonly afterMs: number;
  readonly blow: Blow;
}

export interface PlanOptions {
  readonly count: number;
  readonly seed: number;
  readonly apis: number;
  readonly workers: number;
  readonly brokers: number;
  /** From the code; a spec has its own. */
  readonly failpoints?: readonly Failpoint[];
}

const KILLS = { hang: 0, kill: 1, failpoint: 2, pair: 4 } as const;

export const killsOf = (blow: Blow): number => KILLS[blow.kind];

/** What strikes one kind of process goes one after the other; the rest of a round need not wait for it. */
export function partOf(blow: Blow): Part {
  if (blow.kind === 'failpoint') return FAILPOINT_SITES[blow.failpoint].process;
  return blow.kind === 'pair' ? 'worker' : blow.part;
}

/** Steps with so many kills together, or a few more. */
export function roundsOf(plan: readonly PlannedBlow[], kills: number): PlannedBlow[][] {
  const rounds: PlannedBlow[][] = [];
  let left = 0;
  for (const planned of plan) {
    if (left <= 0) {
      rounds.push([]);
      left = kills;
    }
    rounds.at(-1)?.push(planned);
    left -= killsOf(planned.blow);
  }
  return rounds;
}

/** The least that has every failpoint in it. */
export const leastCount = (failpoints: readonly Failpoint[] = FAILPOINTS): number => failpoints.length * 3;

/** How long each kind of process hangs: a worker for longer than its leases last. */
const HANGS = { api: 5_000, worker: 12_000, broker: 4_000 } as const;
const LONGEST_DOWN_MS = 3_000;

/**
 * `count` kills: two thirds application processes, half of these at a failpoint; a sixth PostgreSQL, a sixth brokers. Every
 * failpoint at least once where `count` is large enough. The same for the same options.
 */
export function planOf({ count, seed, apis, workers, brokers, failpoints = FAILPOINTS }: PlanOptions): PlannedBlow[] {
  const random = new Random('rig-kills', count, seed, ...failpoints);
  const ofDatabase = Math.floor(count / 6);
  const ofBrokers = Math.floor(count / 6);
  const ofApps = count - ofDatabase - ofBrokers;
  const pairs = Math.floor(ofApps / 2);
  const down = (): number => random.between(0, LONGEST_DOWN_MS);
  const kill = (part: Part, of: number): Blow => ({
    kind: 'kill',
    part,
    index: random.between(0, of - 1),
    downMs: down(),
  });
  const app = (): 'api' | 'worker' => random.pick(['api', 'worker'] as const);
  const blows: Blow[] = [
    ...times(ofDatabase, () => ({ ...kill('database', 1), downMs: 0 })),
    ...times(ofBrokers, () => kill('broker', brokers)),
    ...times(ofApps - 2 * pairs, () => kill(app(), 2)),
    ...hits(
      times(pairs, (n) => failpoints[n] ?? pickOften(failpoints, random)),
      { apis, workers },
      random,
    ),
    ...times(Math.floor(count / 15), (n) => hang((['worker', 'api', 'broker'] as const)[n % 3] ?? 'api', random)),
  ];
  return shuffled(blows, random).map((blow) => ({ afterMs: random.between(200, 1_500), blow }));
}

/** What is hit beyond once each: more often at an API, where no lease has to run out first. */
function pickOften(failpoints: readonly Failpoint[], random: Random): Failpoint {
  const atApi = failpoints.filter((name) => FAILPOINT_SITES[name].process === 'api');
  return random.pick(atApi.length > 0 && random.between(1, 3) > 1 ? atApi : failpoints);
}

/** Two at a time where workers have to be started for it. */
function hits(
  failpoints: readonly Failpoint[],
  of: { readonly apis: number; readonly workers: number },
  random: Random,
): Blow[] {
  const isAtApi = (name: Failpoint): boolean => FAILPOINT_SITES[name].process === 'api';
  const hit = (failpoint: Failpoint): Hit => ({
    failpoint,
    nth: random.between(1, FAILPOINT_SITES[failpoint].amongFirst),
  });
  const one = (failpoint: Failpoint, among: number): Blow => ({
    ...{ kind: 'failpoint', ...hit(failpoint) },
    index: random.between(0, among - 1),
  });
  const atWorkers = shuffled(
    failpoints.filter((name) => !isAtApi(name)),
    random,
  );
  const paired = times(Math.floor(atWorkers.length / 2), (n): Blow => {
    const [first, second] = [atWorkers[2 * n] as Failpoint, atWorkers[2 * n + 1] as Failpoint];
    return { kind: 'pair', hits: [hit(first), hit(second)], index: random.between(0, of.workers - 1) };
  });
  const rest = atWorkers.slice(2 * paired.length);
  return [
    ...failpoints.filter(isAtApi).map((name) => one(name, of.apis)),
    ...paired,
    ...rest.map((name) => one(name, of.workers)),
  ];
}

const hang = (part: 'api' | 'worker' | 'broker', random: Random): Blow => ({
  kind: 'hang',
  part,
  index: random.between(0, part === 'broker' ? 2 : 1),
  ms: HANGS[part],
});

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.between(0, 1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** In a line of the rig's output. */
export function inWords(blow: Blow): string {
  switch (blow.kind) {
    case 'kill':
      return `kill ${blow.part}-${blow.index + 1}`;
    case 'failpoint':
      return `failpoint ${blow.failpoint}:${blow.nth} at ${FAILPOINT_SITES[blow.failpoint].process}-${blow.index + 1}`;
    case 'pair':
      return `failpoints ${blow.hits.map(({ failpoint, nth }) => `${failpoint}:${nth}`).join(' and ')} at the workers`;
    case 'hang':
      return `hang ${blow.part}-${blow.index + 1} for ${blow.ms / 1_000} s`;
  }
}
