import {
  BrokerProblem,
  DepotFeeds,
  isForOperators,
  runCases,
  runRelay,
  type KafkaTransport,
  type LogName,
} from '@fieldcase/kafka';
import { describeFailure, Lease, noteOff, readLogIdentity, RelayCheckpoints, underLease } from '@fieldcase/postgres';
import { feedItemOf } from '@fieldcase/read-models';
import type { Config, KafkaConfig } from '@fieldcase/config';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { leavingBehind } from './leaving-behind';
import { pauseFor } from './pause';
import { PublishingTroubles } from './publishing-troubles';

/** What an operator has to mend first, a user or his rights among it. */
const LOOK_AGAIN_MS = 30_000;
/** With nothing acknowledged for so long somebody is to know, though it is tried again and again. */
const QUIET_MS = 30_000;
/** A leader that was killed is waited for so long. */
const LEASE_MS = 10_000;

const NOTHING_ACKNOWLEDGED =
  'no broker has acknowledged anything for 30 s: see whether they run, and whether enough replicas are in sync ' +
  '(min.insync.replicas)';

interface Publishing extends Pick<KafkaConfig, 'prefix' | 'replicas'>, Pick<Connections, 'source' | 'report'> {
  readonly transport: KafkaTransport;
  readonly log: LogName;
  readonly progress: RelayCheckpoints;
  readonly onMoved: () => void;
  readonly onWaiting: (error: Error) => void;
}

type Publish = (publishing: Publishing, held: AbortSignal) => Promise<void>;

/** The log itself, for the read models. */
export function runRelayRole(connections: Connections, config: Pick<Config, 'kafka'>, signal: AbortSignal) {
  const onPublished = (events: number, seconds: number): void => connections.metrics?.relayPublished(events, seconds);
  return publishing('relay', connections, config, signal, (options, held) =>
    runRelay({ ...options, onPublished }, held),
  );
}

/** The chosen events of cases, for whoever may read them. */
export function runCasesRole(connections: Connections, config: Pick<Config, 'kafka'>, signal: AbortSignal) {
  return publishing('relay-cases', connections, config, signal, runCases);
}

/** Each depot's feed, into the topic that it has been granted. */
export function runDepotFeedsRole(connections: Connections, config: Pick<Config, 'kafka'>, signal: AbortSignal) {
  const { store } = connections;
  return publishing('relay-depots', connections, config, signal, (options, held) =>
    new DepotFeeds({ ...options, store, itemOf: feedItemOf }).run(held),
  );
}

/** Under a lease of its own, one worker at a time; without a broker there is nothing to do. */
async function publishing(
  name: string,
  connections: Connections,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
  publish: Publish,
): Promise<void> {
  if (kafka) return publishFor(name, connections, kafka, signal, publish);
  connections.report('info', 'no broker is configured, nothing is published', { subscription: name });
  while (!signal.aborted) {
    await noteOff(connections.pool, name);
    await pauseFor(LOOK_AGAIN_MS, signal);
  }
}

async function publishFor(
  name: string,
  connections: Connections,
  kafka: KafkaConfig,
  signal: AbortSignal,
  publish: Publish,
): Promise<void> {
  const { pool, source, owner, report, metrics } = connections;
  const lease = new Lease(pool, `subscription:${name}`, owner, LEASE_MS);
  const { logId, epoch } = await readLogIdentity(pool);
  const progress = new RelayCheckpoints(pool, lease, name);
  const troubles = new PublishingTroubles(name, progress, report, (trouble) => metrics?.relayFailed(trouble));
  const { prefix, replicas } = kafka;
  let movedAt = performance.now();
  const onMoved = (): void => {
    movedAt = performance.now();
    void troubles.heal();
  };
  const onWaiting = (error: Error): void => void troubles.tell('waiting', error);
  const options = { log: { logId, epoch }, source, progress, prefix, replicas, report, onMoved, onWaiting };
  const warn = (problem: unknown): void => report('warn', 'lease', { problem: describeFailure(problem) });
  while (!signal.aborted) {
    const transport = transportOf(kafka, connections);
    try {
      const lead = async (held: AbortSignal): Promise<void> => {
        movedAt = performance.now();
        const watch = setInterval(() => {
          if (performance.now() - movedAt > QUIET_MS) onWaiting(new BrokerProblem('no-answer', NOTHING_ACKNOWLEDGED));
        }, QUIET_MS / 6);
        await leavingBehind(signal, publish({ ...options, transport }, held)).finally(() => clearInterval(watch));
      };
      await underLease(lease, signal, lead, warn);
    } catch (error) {
      if (!isForOperators(error)) throw error;
      // Credentials and rights may be given at any time, without anything else being mended: it is tried slowly.
      await troubles.tell(error instanceof BrokerProblem ? 'waiting' : 'halted', error);
      await pauseFor(LOOK_AGAIN_MS, signal);
    } finally {
      await transport.close();
    }
  }
}
