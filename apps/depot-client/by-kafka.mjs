import { Kafka, logLevel, Partitioners } from 'kafkajs';

/** Read and not worked yet; then no more is fetched for a while. */
const MOST_WAITING = 500;
const RETRY = { retries: 20, maxRetryTime: 2_000 };

/** The depot's topics: reads part requests in order, writes confirmations and waits for what each is answered. */
export async function follow({ api, granted, state, signal }) {
  const { depotId, brokers, tls, sasl, topics, group } = granted;
  const common = { allowAutoTopicCreation: false, retry: RETRY };
  const kafka = new Kafka({ clientId: group, brokers, ssl: tls, sasl, retry: RETRY, logLevel: logLevel.NOTHING });
  const createPartitioner = Partitioners.DefaultPartitioner;
  const producer = kafka.producer({ ...common, idempotent: true, maxInFlightRequests: 1, createPartitioner });
  const consumer = kafka.consumer({ ...common, groupId: group, sessionTimeout: 10_000, maxWaitTimeInMs: 100 });
  const crashed = new AbortController();
  const stop = AbortSignal.any([signal, crashed.signal]);
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || crashed.abort(payload.error));

  // Reading goes on while an item is worked, since the answers come the same way: by the offset of what they answer.
  const items = [];
  const answers = new Map();
  const lastRead = {};
  let wake = () => undefined;
  stop.addEventListener('abort', () => wake());
  const until = async (isSo) => {
    for (; !isSo(); await new Promise((resolve) => (wake = resolve))) stop.throwIfAborted();
  };
  const eachBatch = async ({ batch: { topic, messages }, resolveOffset, heartbeat }) => {
    for (const { value, offset } of messages) {
      const { data } = JSON.parse(String(value));
      if (topic === topics.partRequests) items.push({ ...data, offset });
      else answers.set(data.confirmation.offset, data);
      lastRead[topic] = offset;
      resolveOffset(offset);
    }
    if (items.length > MOST_WAITING) consumer.pause([{ topic: topics.partRequests }]);
    wake();
    await heartbeat();
  };
  /** What became of it. Sent again after a kill it is another record with an answer of its own, the same in effect. */
  const confirm = async (id, type, data) => {
    const value = JSON.stringify({ specversion: '1.0', id, source: `depot-client/${depotId}`, type, data });
    const messages = [{ key: data.partRequestId, value }];
    const [{ baseOffset }] = await producer.send({ topic: topics.confirmations, acks: -1, messages });
    await until(() => answers.has(baseOffset));
    const answer = answers.get(baseOffset);
    answers.clear();
    return answer;
  };
  try {
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [topics.partRequests, topics.replies], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    console.log(`${depotId} goes on after ${state.after}`);
    for (;;) {
      await until(() => items.length > 0);
      const item = items.shift();
      if (items.length < MOST_WAITING / 2) consumer.resume([{ topic: topics.partRequests }]);
      // Copies, and what came again after a kill.
      if (item.sequence <= state.after) continue;
      if (item.sequence !== state.after + 1) throw new Error(`a gap: ${item.sequence} came after ${state.after}`);
      await work(item, { api, depotId, state, confirm });
      state.advance(item.sequence);
      // A hint of where to begin: what counts is the sequence.
      const read = Object.entries({ ...lastRead, [topics.partRequests]: item.offset });
      const next = read.map(([topic, offset]) => ({ topic, partition: 0, offset: String(BigInt(offset) + 1n) }));
      await consumer.commitOffsets(next).catch(() => undefined);
    }
  } finally {
    await consumer.disconnect();
    await producer.disconnect();
  }
}

async function work(item, { api, depotId, state, confirm }) {
  const { sequence, change, partRequestId } = item;
  if (change !== 'placed') return;
  const key = `${depotId}-${sequence}`;
  const label = api && (await api.request(partRequestId)).shipTo;
  // Already acknowledged by hand is as good; what counts is whether it can be shipped.
  await confirm(`${key}-acknowledge`, 'fieldcase.part-request.acknowledged.v1', { partRequestId });
  const parcel = { partRequestId, carrier: 'own', trackingNumber: key };
  const { outcome, code, detail } = await confirm(`${key}-ship`, 'fieldcase.part-request.shipped.v1', parcel);
  if (outcome === 'accepted') state.shipped(item, label);
  else if (outcome === 'refused') console.log(`${sequence} left to people: ${partRequestId}: ${code}`);
  else throw new Error(`${key}-ship is ${outcome}: ${code}, ${detail.en}`);
}
