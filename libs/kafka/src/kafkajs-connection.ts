/**
 * kafkajs has no way to send a request that it does not know. Its own connection, with its authentication, is reached here
 * by names that it does not promise: another version may have others, and is then told apart from a broker's failure.
 */
import type { Kafka } from 'kafkajs';
import type { WireReader, WireWriter } from './kafka-wire';
import { WireReader as Reader, WireWriter as Writer } from './kafka-wire';

/** A request of one version, and how its answer is read. */
export interface WireRequest<T> {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  /** Flexible versions have tags in the headers of request and answer. */
  readonly flexible: boolean;
  readonly write: (body: WireWriter) => void;
  readonly read: (answer: WireReader) => T;
}

interface Broker {
  readonly connectionPool: {
    send(protocol: {
      request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<WireWriter> };
      response: { decode: (bytes: Buffer) => Promise<object>; parse: (decoded: object) => Promise<unknown> };
      logResponseError: boolean;
    }): Promise<unknown>;
  };
}

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<Broker>;
}

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const UNKNOWN =
  'this version of kafkajs is built in another way than 2.2.4: requests of our own cannot be sent with it';

/** A connection of its own to the cluster, for requests that kafkajs does not know. */
export class WireConnection {
  private constructor(private readonly cluster: Cluster) {}

  static async open(kafka: Kafka): Promise<WireConnection> {
    const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
    const create: unknown = symbol && (kafka as unknown as Record<symbol, unknown>)[symbol];
    if (typeof create !== 'function') throw new Error(UNKNOWN);
    const cluster = (create as (options: object) => Cluster)({ allowAutoTopicCreation: false });
    for (const name of ['connect', 'disconnect', 'refreshMetadata', 'findControllerBroker'] as const) {
      if (typeof cluster[name] !== 'function') throw new Error(UNKNOWN);
    }
    await cluster.connect();
    return new WireConnection(cluster);
  }

  /** To the broker that clients take for the controller; it passes on what is not its own to do. */
  async send<T>({ name, key, version, flexible, write, read }: WireRequest<T>): Promise<T> {
    await this.cluster.refreshMetadata();
    const { connectionPool } = await this.cluster.findControllerBroker();
    if (typeof connectionPool?.send !== 'function') throw new Error(UNKNOWN);
    let result: { readonly answer: T } | undefined;
    await connectionPool.send({
      request: {
        apiKey: key,
        apiVersion: version,
        apiName: name,
        encode: async () => {
          const body = new Writer();
          // kafkajs writes the header of inflexible requests: its tags are the first byte of what follows.
          if (flexible) body.noTags();
          write(body);
          return body;
        },
      },
      response: {
        decode: async (bytes) => {
          const reader = new Reader(bytes);
          if (flexible) reader.tags();
          result = { answer: read(reader) };
          return {};
        },
        parse: async (decoded) => decoded,
      },
      logResponseError: false,
    });
    if (!result) throw new Error(UNKNOWN);
    return result.answer;
  }

  async close(): Promise<void> {
    await this.cluster.disconnect();
  }
}
