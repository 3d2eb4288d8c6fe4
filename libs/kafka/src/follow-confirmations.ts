import { setTimeout as sleep } from 'node:timers/promises';
import { depotOfTopic } from '@fieldcase/contracts';
import { ConfirmationDesk, type DeskOptions } from './confirmation-desk';
import type { Consumption, ConsumedRecord, KafkaTransport, Publisher } from './transport';

export interface FollowConfirmationsOptions extends DeskOptions {
  readonly transport: KafkaTransport;
  /** @param records how many of each topic of this member wait, as far as it has been told; all of them each time */
  readonly onWaiting?: (records: ReadonlyMap<string, number>) => void;
}

/** A new depot is noticed after so long at most. */
const LOOK_EVERY_MS = 2_000;
const TRY_AGAIN_MS = 500;
/** Goes are short: who says nothing for so long is gone. */
const SESSION_MS = 10_000;
/** Small, since what is not dealt with in one go is fetched again. */
const MOST_BYTES = 64 * 1024;

/** Works the confirmations of all depots until `signal` is aborted; several at a time share them. Throws where it cannot go on. */
export async function followConfirmations(options: FollowConfirmationsOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const all = await options.transport.topics();
    const topics = confirmationsAmong(options.prefix, all);
    if (topics.length > 0) await work(options, topics, all, signal);
    else await pause(LOOK_EVERY_MS, signal);
  }
}

/** Until other topics are there. */
async function work(
  options: FollowConfirmationsOptions,
  topics: readonly string[],
  all: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { transport, prefix } = options;
  const ended = new AbortController();
  let problem: Error | undefined;
  const fail = (error: Error): void => {
    problem ??= error;
    ended.abort();
  };
  const publisher = await transport.publisher();
  let consumption: Consumption | undefined;
  try {
    consumption = await consume(options, topics, { publisher, all: new Set(all), fail, signal: ended.signal });
    const stop = AbortSignal.any([signal, ended.signal]);
    for (let same = true; same && !stop.aborted;) {
      await pause(LOOK_EVERY_MS, stop);
      if (!stop.aborted)
        same = String(namesAmong(prefix, await transport.topics())) === String(namesAmong(prefix, all));
    }
  } finally {
    await consumption?.close();
    // Others may have its topics now.
    options.onWaiting?.(new Map());
    await publisher.close().catch(() => undefined);
  }
  if (problem) throw problem;
}

interface Line {
  readonly publisher: Publisher;
  readonly all: ReadonlySet<string>;
  readonly fail: (error: Error) => void;
  readonly signal: AbortSignal;
}

async function consume(
  options: FollowConfirmationsOptions,
  topics: readonly string[],
  { publisher, all, fail, signal }: Line,
): Promise<Consumption> {
  const { transport, prefix, report, describe, isPassing } = options;
  let consumption: Consumption | undefined;
  const waiting = new WaitingRecords(options.onWaiting);
  const desk = new ConfirmationDesk(options, {
    publisher,
    // It may have been made a moment after the list was: an answer that is left out would never come.
    isAnswered: async (topic) => all.has(topic) || (await transport.topics()).includes(topic),
    // One that is not taken brings the same records again, which changes nothing.
    commit: async (topic, partition, next) => {
      await consumption?.commit(topic, new Map([[partition, next]])).catch((error: unknown) => {
        report('info', 'a commit of confirmations was not taken', { topic, problem: describe(error) });
      });
    },
  });
  const onRecords = async (
    topic: string,
    partition: number,
    records: readonly ConsumedRecord[],
    end: bigint,
  ): Promise<number> => {
    try {
      return await waiting.during(topic, end - (records[0]?.offset ?? end), desk.take(topic, partition, records, end));
    } catch (error) {
      report('warn', 'confirmations wait', { topic, problem: describe(error) });
      if (isPassing(error)) await pause(TRY_AGAIN_MS, signal);
      else fail(error as Error);
      return 0;
    }
  };
  consumption = await transport.consume({
    group: `${prefix}.confirmations`,
    topics,
    onAssigned: () => {
      desk.forget();
      waiting.clear();
    },
    onRecords,
    onCrash: fail,
    maxBytesPerPartition: MOST_BYTES,
    sessionMs: SESSION_MS,
  });
  return consumption;
}

/** A topic's records beyond the last that was dealt with; a depot's topic has one partition. */
class WaitingRecords {
  private readonly byTopic = new Map<string, number>();

  constructor(private readonly tell: FollowConfirmationsOptions['onWaiting']) {}

  /** @param work how many of them it has dealt with */
  async during(topic: string, records: bigint, work: Promise<number>): Promise<number> {
    this.note(topic, Number(records));
    const done = await work;
    this.note(topic, Number(records) - done);
    return done;
  }

  /** Other topics may be this member's now. */
  clear(): void {
    this.byTopic.clear();
    this.tell?.(this.byTopic);
  }

  private note(topic: string, records: number): void {
    this.byTopic.set(topic, records);
    this.tell?.(this.byTopic);
  }
}

const confirmationsAmong = (prefix: string, names: readonly string[]): readonly string[] =>
  namesAmong(prefix, names).filter((name) => depotOfTopic(prefix, name)?.topic === 'confirmations');

const namesAmong = (prefix: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => ['confirmations', 'replies'].includes(depotOfTopic(prefix, name)?.topic ?? '')).toSorted();

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
