import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import type { OutgoingRecord, Publisher } from '@fieldcase/kafka';
import type { LogOnKafka } from './log-on-kafka';

/** Of one partition. */
interface Send {
  readonly messages: Message[];
}

/** What a relay sends in one step. */
export type Step = readonly Send[];

/** Sends, and keeps by step what it has sent, until that is taken. */
export class RecordingPublisher implements Publisher {
  private steps: Send[][] | undefined = [];

  constructor(private readonly publisher: Publisher) {}

  nextStep(): void {
    this.steps?.push([]);
  }

  send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers }, partition }));
    this.steps?.at(-1)?.push({ messages });
    return this.publisher.send(topic, partition, records);
  }

  take(): readonly Step[] {
    const taken = this.steps ?? [];
    this.steps = undefined;
    return taken;
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}

/** The producer that the relay has, and nothing around it. */
export class KafkaJsAlone {
  private constructor(private readonly producer: Producer) {}

  static async connect({ brokers, clientId, sasl }: LogOnKafka['access']): Promise<KafkaJsAlone> {
    const kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: logLevel.WARN,
    });
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    await producer.connect();
    return new KafkaJsAlone(producer);
  }

  /** The sends of a step beside each other, one step after the other, as the relay does. */
  async send(topic: string, steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await Promise.all(step.map(({ messages }) => this.producer.send({ topic, messages, acks: -1 })));
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
