import Runner from 'kafkajs/src/consumer/runner';

let mended = false;

/**
 * Where brokers go while a consumer is being stopped, kafkajs may make new fetchers that nobody stops. A consumer that has
 * stopped answers them at once with nothing, and they ask again at once: no timer of the process runs any more. Here they are
 * told that it has stopped, and end. Once, for the whole process.
 */
export function mendFetching(): void {
  if (mended) return;
  mended = true;
  const { fetch } = Runner.prototype;
  if (typeof fetch !== 'function') throw new Error('kafkajs is another one than this guard was written for');
  Runner.prototype.fetch = async function (this: Runner, nodeId: number) {
    if (!this.running) throw new Error('the consumer has stopped');
    return fetch.call(this, nodeId);
  };
}
