import { KafkaJSNonRetriableError, type Consumer, type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { atMost, patiently } from './kafkajs-patiently';
import type { ConsumedRecord, Consumption, ConsumeOptions, IncomingRecord } from './transport';

const HEARTBEAT_MS = 3_000;
/** A broker that does not answer must not hold up who closes. */
const CLOSE_MS = 3_000;

/** A member of a group; offsets are committed by hand only. */
export class GroupConsumption implements Consumption {
  private readonly consumer: Consumer;
  private closed = false;

  /** One that fails while it is being closed would begin anew, and hold its partitions for nobody. */
  constructor(
    open: (mayRestart: () => boolean) => Consumer,
    private readonly options: ConsumeOptions,
  ) {
    this.consumer = open(() => !this.closed);
  }

  async start(): Promise<void> {
    const { consumer, options } = this;
    const { topics } = options;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      options.onAssigned?.(new Map(topics.map((topic) => [topic, memberAssignment[topic] ?? []])));
    });
    // After most failures, a coordinator that is loading for one, the client begins anew by itself.
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) options.onCrash(error);
    });
    await consumer.connect();
    await patiently(() => consumer.subscribe({ topics: [...topics], fromBeginning: true }));
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.handOver(payload),
    });
  }

  private async handOver({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = batch;
    if (!isRunning() || isStale()) return;
    const handling = this.options.onRecords(topic, partition, messages.map(consumedOf), BigInt(batch.highWatermark));
    const handled = handling ? await whileBeating(handling, heartbeat) : messages.length;
    // The batch's own last offset may lie behind its last record.
    const last = handled < messages.length ? messages[handled - 1]?.offset : batch.lastOffset();
    if (last !== undefined) resolveOffset(last);
    await heartbeat();
  }

  async commit(topic: string, next: ReadonlyMap<number, bigint>): Promise<void> {
    await this.consumer.commitOffsets(
      [...next].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    );
  }

  pause(topic: string, partition: number): void {
    whileRunning(() => this.consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume(topic: string, partition: number): void {
    whileRunning(() => this.consumer.resume([{ topic, partitions: [partition] }]));
  }

  async close(): Promise<void> {
    this.closed = true;
    await atMost(CLOSE_MS, this.consumer.disconnect());
  }
}

/** Between a crash and the new beginning there is nothing to pause: the client throws, and begins with none paused. */
function whileRunning(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof KafkaJSNonRetriableError)) throw error;
  }
}

/** A group that is dealt out anew waits for what is being handled: it is told of that afterwards. */
async function whileBeating(handling: Promise<number>, heartbeat: () => Promise<void>): Promise<number> {
  let trouble: unknown;
  const beating = setInterval(() => {
    heartbeat().catch((error: unknown) => (trouble ??= error));
  }, HEARTBEAT_MS);
  try {
    const handled = await handling;
    if (trouble !== undefined) throw trouble;
    return handled;
  } finally {
    clearInterval(beating);
  }
}

function consumedOf(message: KafkaMessage): ConsumedRecord {
  return { ...recordOf(message), bytes: message.value, timestamp: Number(message.timestamp) };
}

export function recordOf({ offset, key, value, headers }: KafkaMessage): IncomingRecord {
  return {
    offset: BigInt(offset),
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)])),
  };
}
