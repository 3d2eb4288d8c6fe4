declare module 'kafkajs/src/network/requestQueue' {
  /** The requests of one connection: as far as the guard knows it. */
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
}
