import type { WireConnection } from './kafkajs-connection';
import { kafkaClient, type KafkaAccess } from './kafkajs-client';
import { WireConnection as Connection } from './kafkajs-connection';

/** kafkajs' own object for one broker: a method for each request that it knows. */
export type RawBroker = Readonly<Record<string, (request: unknown) => Promise<unknown>>>;

export interface RawConnection {
  readonly broker: RawBroker;
  /** For what kafkajs does not know. */
  readonly wire: WireConnection;
}

/** One principal's connection. Throws what the client throws where he is not let in. */
export async function rawConnection(access: KafkaAccess): Promise<RawConnection> {
  const wire = await Connection.open(kafkaClient({ ...access, retries: 0 }));
  const { cluster } = wire as unknown as {
    readonly cluster: { refreshMetadata(): Promise<void>; findControllerBroker(): Promise<RawBroker> };
  };
  await cluster.refreshMetadata();
  return { broker: await cluster.findControllerBroker(), wire };
}

/** Of answers that kafkajs does not take for errors. */
const NAMES: Readonly<Record<number, string>> = {
  14: 'GROUP_LOAD_IN_PROGRESS',
  15: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR_FOR_GROUP',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  68: 'NON_EMPTY_GROUP',
  69: 'GROUP_ID_NOT_FOUND',
  91: 'RESOURCE_NOT_FOUND',
};

/** What the broker said, by Kafka's own name of it; `done` where it did it. */
export async function saidOf(request: Promise<unknown>): Promise<string> {
  try {
    const { code, results } = ((await request) ?? {}) as {
      readonly code?: number;
      readonly results?: readonly { readonly errorCode: number }[];
    };
    const number = code ?? results?.[0]?.errorCode ?? 0;
    return number === 0 ? 'done' : (NAMES[number] ?? `code ${number}`);
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  const { type, cause, errors, groups, partitions, name } = error as {
    readonly type?: string;
    readonly cause?: unknown;
    readonly errors?: readonly unknown[];
    readonly groups?: readonly { readonly error: unknown }[];
    readonly partitions?: readonly { readonly error: unknown }[];
    readonly name?: string;
  };
  const within = errors?.[0] ?? groups?.[0]?.error ?? partitions?.[0]?.error ?? cause;
  return type ?? (within === undefined ? (name ?? String(error)) : nameOf(within));
}
