import { randomUUID } from 'node:crypto';
import { CONFIRMATION_TYPES, confirmationReplySchema, type ConfirmationReply } from '@fieldcase/contracts';
import {
  DEPOT_QUOTAS,
  depotNames,
  grantDepot,
  KafkaJsAdmin,
  KafkaJsTransport,
  type Consumption,
  type DepotNames,
  type Publisher,
} from '@fieldcase/kafka';
import type { TestKafka } from './kafka';

export type Reply = ConfirmationReply['data'];

/** A CloudEvent of a depot, and what of it a spec wants otherwise. */
export function confirmation(kind: keyof typeof CONFIRMATION_TYPES, partRequestId: string, more: object = {}) {
  const { data, ...attributes } = more as { data?: object };
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'spec',
    type: CONFIRMATION_TYPES[kind],
    data: { partRequestId, ...data },
    ...attributes,
  };
}

/** A depot that works through Kafka as its own user, and keeps everything that it is answered. */
export class DepotOnKafka {
  private constructor(
    readonly replies: readonly Reply[],
    readonly names: DepotNames,
    private readonly transport: KafkaJsTransport,
    private readonly publisher: Publisher,
    private readonly consumption: Consumption,
    private readonly crashes: readonly Error[],
  ) {}

  /** Granted, and listening. */
  static async open({ brokers, admin }: TestKafka, prefix: string, depotId: string): Promise<DepotOnKafka> {
    const control = new KafkaJsAdmin({ brokers, clientId: 'spec', sasl: admin });
    const options = { replicas: 1, rotate: true, quotas: DEPOT_QUOTAS };
    const granted = await grantDepot(control, depotNames(prefix, depotId), options);
    await control.close();
    const sasl = { username: granted.user, password: granted.password ?? '' };
    const transport = new KafkaJsTransport({ brokers, clientId: 'depot', sasl });
    const heard: Reply[] = [];
    const crashes: Error[] = [];
    const consumption = await transport.consume({
      group: granted.group,
      topics: [granted.topics.replies],
      onRecords: (_topic, _partition, records) => {
        for (const { value } of records) heard.push(confirmationReplySchema.parse(JSON.parse(value ?? '')).data);
      },
      onCrash: (error) => crashes.push(error),
    });
    return new DepotOnKafka(heard, granted, transport, await transport.publisher(), consumption, crashes);
  }

  /** @returns the offset of the first */
  confirm(...events: readonly (object | string)[]): Promise<bigint> {
    const records = events.map((event) => ({
      key: null,
      value: typeof event === 'string' ? event : JSON.stringify(event),
      headers: {},
    }));
    return this.publisher.send(this.names.topics.confirmations, 0, records);
  }

  /** By the id of the confirmation. Throws where nothing is heard any more. */
  answersTo({ id }: { readonly id: string }): readonly Reply[] {
    const [crash] = this.crashes;
    if (crash) throw crash;
    return this.replies.filter(({ confirmation: answered }) => answered.id === id);
  }

  async close(): Promise<void> {
    await this.consumption.close();
    await this.publisher.close();
    await this.transport.close();
  }
}
