/** Of a client: its next command, once the one before is done. */
export type Client = () => Promise<void>;

export interface Loaded {
  readonly perSecond: number;
  /** Of every command, in ms. */
  readonly delays: readonly number[];
}

/** So many clients, each of which sends its next command when the last is answered, for so long. */
export async function closedLoop(clients: number, seconds: number, client: () => Client): Promise<Loaded> {
  const delays: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  const work = async (next: Client): Promise<void> => {
    for (let sent = performance.now(); sent < until;) {
      await next();
      const done = performance.now();
      delays.push(done - sent);
      sent = done;
    }
  };
  await Promise.all(Array.from({ length: clients }, () => work(client())));
  return { perSecond: (delays.length * 1_000) / (performance.now() - began), delays };
}
