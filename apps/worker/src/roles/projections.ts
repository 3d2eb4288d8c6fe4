import { projections } from '@fieldcase/read-models';
import { Announcer, READ_MODELS_CHANNEL, SinkUnfit } from '@fieldcase/postgres';
import type { Config } from '@fieldcase/config';
import type { Connections } from '../connections';
import { kafkaSources, transportOf } from '../kafka';
import { openSink, type Sink } from '../sink';
import { pauseFor } from './pause';
import { keepFollowing } from './subscription';
import { together } from './together';

/** What an operator has to mend first. */
const LOOK_AGAIN_MS = 30_000;

/** Keeps every read model up to date, in the log's database or in another, and tells waiting queries how far it is. */
export async function runProjections(
  connections: Connections,
  config: Pick<Config, 'kafka' | 'sink'>,
  signal: AbortSignal,
): Promise<void> {
  let sink: Sink | undefined;
  try {
    sink = config.sink && (await openSink(config.sink, connections));
    await follow(connections, sink, config, signal);
  } catch (error) {
    if (!(error instanceof SinkUnfit)) throw error;
    connections.report('error', 'the read models stand still', { problem: error.message });
    await pauseFor(LOOK_AGAIN_MS, signal);
  } finally {
    await sink?.close();
  }
}

async function follow(
  log: Connections,
  sink: Sink | undefined,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
): Promise<void> {
  const connections = sink?.connections ?? log;
  const announcer = new Announcer(connections.pool, READ_MODELS_CHANNEL, connections.report);
  const announce = (name: string, position: bigint): void => announcer.announce(name, String(position));
  const transport = kafka && transportOf(kafka, connections);
  try {
    const ofSink = sink ? { sink: sink.id } : {};
    const openSource = kafka && transport && (await kafkaSources({ prefix: kafka.prefix, transport, log, ...ofSink }));
    const each = projections(log.personal).map(
      (projection) => (both: AbortSignal) =>
        keepFollowing(connections, projection, announce, both, openSource ? { openSource } : {}),
    );
    await together(signal, ...each);
  } finally {
    await transport?.close();
    await announcer.stop();
  }
}
