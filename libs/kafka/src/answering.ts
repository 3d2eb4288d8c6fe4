/** The broker has left a request without an answer: what is known of its connection is that it is open, and no more. */
export class BrokerSilent extends Error {
  override readonly name = 'BrokerSilent';

  /** @param broker `host:port` */
  constructor(readonly broker?: string) {
    super(`${broker ?? 'a broker'} does not answer, the connection is given up`);
  }
}

type Listen = (onTimeout: (broker?: string) => void) => unknown;

/** Listens to the client's event of a request that was given up. */
export const whoTimedOut =
  (onTimeout: (broker?: string) => void) =>
  ({ payload: { broker } }: { readonly payload: { readonly broker: string } }): void =>
    onTimeout(broker);

/**
 * kafkajs gives a request up after its time and sends it again over the same connection. Where that is half-open, nothing
 * would pass until TCP gives up, which takes a quarter of an hour or never happens: so the client is left for a new one.
 */
export class Answering {
  private silent: BrokerSilent | undefined;
  /** Of what is under way, and of nothing that is answered: a race with one promise for all would keep every answer. */
  private readonly underWay = new Set<(silent: BrokerSilent) => void>();

  /** @param listen tells when a request of the client was given up */
  constructor(listen: Listen) {
    listen((broker) => {
      this.silent ??= new BrokerSilent(broker);
      for (const giveUp of this.underWay) giveUp(this.silent);
    });
  }

  /** @throws BrokerSilent, and what `work` throws */
  async during<T>(work: Promise<T>): Promise<T> {
    let giveUp: (silent: BrokerSilent) => void = () => undefined;
    const silent = new Promise<never>((_, reject) => (giveUp = reject));
    this.underWay.add(giveUp);
    if (this.silent) giveUp(this.silent);
    try {
      return await Promise.race([work, silent]);
    } finally {
      this.underWay.delete(giveUp);
    }
  }
}
