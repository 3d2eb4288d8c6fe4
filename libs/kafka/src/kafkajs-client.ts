import type { Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { mendFetching } from './kafkajs-fetching';
import { mendTimers } from './kafkajs-timers';

export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly sasl?: { readonly username: string; readonly password: string };
  /** PEM of the authority that the brokers' certificates are checked by; `true`: the system's. Absent: no TLS. */
  readonly tls?: true | { readonly ca: string };
  /** Of a connection, before it is given up; 8. */
  readonly retries?: number;
  /** What the client complains of; without it nothing is said. */
  readonly onTrouble?: (message: string) => void;
  /** Where a connection goes another way than to the address that the broker gives out. Without TLS only. */
  readonly socket?: (host: string, port: number) => Socket;
}

/** What a broker has not answered by then is asked again. */
export const REQUEST_MS = 10_000;
const CONNECT_MS = 5_000;

export function kafkaClient({ brokers, clientId, sasl, tls, onTrouble, socket, retries }: KafkaAccess): Kafka {
  mendTimers();
  mendFetching();
  return new Kafka({
    brokers: [...brokers],
    clientId,
    requestTimeout: REQUEST_MS,
    connectionTimeout: CONNECT_MS,
    enforceRequestTimeout: true,
    ...(sasl ? { sasl: { mechanism: 'scram-sha-512', ...sasl } } : {}),
    ...(socket ? { socketFactory: ({ host, port, onConnect }) => socket(host, port).once('connect', onConnect) } : {}),
    ...(tls ? { ssl: tls === true ? true : { ca: [tls.ca] } } : {}),
    retry: retrying({ retries }),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => onTrouble?.(`${entry.namespace}: ${entry.log.message}`),
  });
}

export const retrying = ({ retries = 8 }: { readonly retries?: number | undefined }) => ({
  retries,
  initialRetryTime: 100,
  maxRetryTime: 2_000,
});
