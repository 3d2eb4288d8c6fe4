declare module 'kafkajs/src/network/requestQueue' {
  /** The requests of one connection: as far as the guard knows it. */
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/consumer/runner' {
  /** What fetches and hands out records, for one consumer. */
  export default class Runner {
    readonly running: boolean;
    fetch(nodeId: number): Promise<readonly unknown[]>;
  }
}

declare module 'kafkajs/src/consumer/fetchManager' {
  /** One fetcher for each broker, made anew when the brokers are others. */
  export default function createFetchManager(options: {
    readonly logger: { namespace(): { debug(): void } };
    getNodeIds(): readonly number[];
    fetch(nodeId: number): Promise<readonly unknown[]>;
    handler(): Promise<void>;
  }): { start(): Promise<void>; stop(): Promise<void> };
}
