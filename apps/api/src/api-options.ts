import type { DynamicModule, Type } from '@nestjs/common';
import type { CaseAccess } from './http/case-access';
import type { JsonLog } from './http/json-log';
import type { TrustedIssuer } from './http/token-verifier';
import type { Operations } from './ops/operations';
import type { ReadSources } from './queries/read-sources';

/** What an API is made of: `main.ts` gives the real things, tests give others. */
export interface ApiOptions {
  readonly issuer: TrustedIssuer;
  /** Brings the CommandBus with its handlers; `ApplicationModule.register(...)`. */
  readonly application: DynamicModule;
  readonly access: CaseAccess;
  readonly sources: ReadSources;
  readonly operations: Operations;
  readonly log: JsonLog;
  readonly limits: ApiLimits;
  /** Of all topics in Kafka; default `fieldcase`. */
  readonly topicPrefix?: string;
  /** More controllers, for tests of the frame itself. */
  readonly controllers?: readonly Type[];
  /** Epoch ms. */
  readonly now?: () => number;
  /** After the process says that it is not ready, before it takes no more connections. */
  readonly whileUnready?: () => Promise<void>;
  /** When everything is answered: closes what the API stands on. */
  readonly onStopped?: () => Promise<void>;
}

export interface ApiLimits {
  /** Proxies in front whose X-Forwarded-For is believed. */
  readonly trustProxyHops: number;
  readonly commandsPerMinute: number;
  readonly queriesPerMinute: number;
  /** Bytes; default 100 KiB. */
  readonly bodyBytes?: number;
  /** Default 10 s. */
  readonly headersTimeoutMs?: number;
  /** Default 15 s. */
  readonly requestTimeoutMs?: number;
  /** Sockets at once; default 2,000. */
  readonly connections?: number;
  /** How long commands in flight may take after a stop signal; default 7 s. */
  readonly drainMs?: number;
}
