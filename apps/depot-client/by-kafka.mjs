import { Kafka, logLevel, Partitioners } from 'kafkajs';

/** Read and not worked yet; then no more is fetched for a while. */
const MOST_WAITING = 500;
const COMMON = { allowAutoTopicCreation: false, retry: { retries: 20, maxRetryTime: 2_000 } };
const PRODUCER = { idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner };

/** Reads part requests in order, writes confirmations and waits for what each is answered. */
export async function follow({ api, granted, state, signal }) {
  const { depotId } = granted;
  const line = new Line(granted, signal);
  try {
    await line.open(state.after === 0);
    console.log(`${depotId} goes on after ${state.after}`);
    for (;;) {
      const item = await line.next();
      // Copies, and what came again after a kill.
      if (item.sequence <= state.after) continue;
      if (item.sequence !== state.after + 1)
        throw new Error(`a gap: ${item.sequence} came after ${state.after}: the HTTP feed has what is missing`);
      await work(item, { api, depotId, state, line });
      state.advance(item.sequence);
      await line.done(item);
    }
  } finally {
    await line.close();
  }
}

async function work(item, { api, depotId, state, line }) {
  const { sequence, change, partRequestId } = item;
  if (change !== 'placed') return;
  const key = `${depotId}-${sequence}`;
  const label = api && (await api.request(partRequestId)).shipTo;
  // Already acknowledged by hand is as good; what counts is whether it can be shipped.
  await line.confirm(`${key}-acknowledge`, 'fieldcase.part-request.acknowledged.v1', { partRequestId });
  const parcel = { partRequestId, carrier: 'own', trackingNumber: key };
  const { outcome, code, detail } = await line.confirm(`${key}-ship`, 'fieldcase.part-request.shipped.v1', parcel);
  if (outcome === 'accepted') state.shipped(item, label);
  else if (outcome === 'refused') console.log(`${sequence} left to people: ${partRequestId}: ${code}`);
  else throw new Error(`${key}-ship is ${outcome}: ${code}, ${detail.en}`);
}

/** The depot's topics. Reading goes on while an item is worked, since the answers come the same way. */
class Line {
  items = [];
  /** By the offset of what they answer. */
  answers = new Map();
  lastRead = {};
  wake = () => undefined;

  constructor({ depotId, brokers, tls, sasl, topics, group }, signal) {
    const crashed = new AbortController();
    const stop = AbortSignal.any([signal, crashed.signal]);
    const kafka = new Kafka({ ...COMMON, clientId: group, brokers, ssl: tls, sasl, logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ ...COMMON, groupId: group, sessionTimeout: 10_000, maxWaitTimeInMs: 100 });
    Object.assign(this, { depotId, topics, stop, consumer, producer: kafka.producer({ ...COMMON, ...PRODUCER }) });
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || crashed.abort(payload.error));
    stop.addEventListener('abort', () => this.wake());
  }

  /** @param anew whatever the group has read before: nothing of it is known here */
  async open(anew) {
    const { consumer, producer, topics } = this;
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [topics.partRequests, topics.replies], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (given) => this.read(given) });
    if (anew) consumer.seek({ topic: topics.partRequests, partition: 0, offset: '0' });
  }

  async read({ batch: { topic, messages }, resolveOffset, heartbeat }) {
    for (const { value, offset } of messages) {
      const { data } = JSON.parse(String(value));
      if (topic === this.topics.partRequests) this.items.push({ ...data, offset });
      else this.answers.set(data.confirmation.offset, data);
      this.lastRead[topic] = offset;
      resolveOffset(offset);
    }
    if (this.items.length > MOST_WAITING) this.consumer.pause([{ topic: this.topics.partRequests }]);
    this.wake();
    await heartbeat();
  }

  async until(isSo) {
    for (; !isSo(); await new Promise((resolve) => (this.wake = resolve))) this.stop.throwIfAborted();
  }

  async next() {
    await this.until(() => this.items.length > 0);
    if (this.items.length < MOST_WAITING / 2) this.consumer.resume([{ topic: this.topics.partRequests }]);
    return this.items.shift();
  }

  /** What became of it. Sent again after a kill it is another record with an answer of its own, the same in effect. */
  async confirm(id, type, data) {
    const value = JSON.stringify({ specversion: '1.0', id, source: `depot-client/${this.depotId}`, type, data });
    const messages = [{ key: data.partRequestId, value }];
    const [{ baseOffset }] = await this.producer.send({ topic: this.topics.confirmations, acks: -1, messages });
    await this.until(() => this.answers.has(baseOffset));
    const answer = this.answers.get(baseOffset);
    this.answers.clear();
    return answer;
  }

  /** A hint of where to begin: what counts is the sequence. */
  async done({ offset: worked }) {
    const read = Object.entries({ ...this.lastRead, [this.topics.partRequests]: worked });
    const next = read.map(([topic, offset]) => ({ topic, partition: 0, offset: String(BigInt(offset) + 1n) }));
    await this.consumer.commitOffsets(next).catch(() => undefined);
  }

  async close() {
    await this.consumer.disconnect();
    await this.producer.disconnect();
  }
}
