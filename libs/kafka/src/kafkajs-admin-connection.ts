import { KafkaJSProtocolError, type Admin, type Kafka } from 'kafkajs';
import { explained } from './broker-problem';
import { Answering, BrokerSilent, whoTimedOut } from './answering';
import { atMost } from './kafkajs-patiently';

const CLOSE_MS = 3_000;

interface Connected {
  readonly admin: Admin;
  readonly answering: Answering;
}

/** The client asks whom it took for the leader for five minutes, where that broker lives on: another one looks first. */
const isOutdated = (error: unknown): boolean =>
  error instanceof KafkaJSProtocolError && error.type === 'NOT_LEADER_FOR_PARTITION';

/**
 * One connection for questions, made when the first is asked, and anew after one that was left without an answer, or went
 * to a broker that leads no more.
 */
export class AdminConnection {
  private connecting: Promise<Connected> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** @throws BrokerSilent, and what the client throws */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const asked = (this.connecting ??= this.connect());
    try {
      const { admin, answering } = await asked;
      return await answering.during(question(admin));
    } catch (error) {
      if ((error instanceof BrokerSilent || isOutdated(error)) && this.connecting === asked) {
        this.connecting = undefined;
        void asked.then(({ admin }) => admin.disconnect()).catch(() => undefined);
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    const closed = this.connecting?.then(({ admin }) => admin.disconnect()).catch(() => undefined);
    if (closed) await atMost(CLOSE_MS, closed);
  }

  private async connect(): Promise<Connected> {
    try {
      const admin = this.kafka.admin({ retry: { retries: 12 } });
      const answering = new Answering((onTimeout) => admin.on(admin.events.REQUEST_TIMEOUT, whoTimedOut(onTimeout)));
      await answering.during(admin.connect());
      return { admin, answering };
    } catch (error) {
      this.connecting = undefined;
      throw explained(error);
    }
  }
}
