/** The broker has left a request without an answer: what is known of its connection is that it is open, and no more. */
export class BrokerSilent extends Error {
  override readonly name = 'BrokerSilent';
}

type Listen = (onTimeout: () => void) => unknown;

/**
 * kafkajs gives a request up after its time and sends it again over the same connection. Where that is half-open, nothing
 * would pass until TCP gives up, which takes a quarter of an hour or never happens: so the client is left for a new one.
 */
export class Answering {
  private readonly silent: Promise<never>;

  /** @param listen tells when a request of the client was given up */
  constructor(listen: Listen) {
    this.silent = new Promise((_, reject) => {
      listen(() => reject(new BrokerSilent('a broker does not answer, the connection is given up')));
    });
    this.silent.catch(() => undefined);
  }

  /** @throws BrokerSilent, and what `work` throws */
  during<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([work, this.silent]);
  }
}
