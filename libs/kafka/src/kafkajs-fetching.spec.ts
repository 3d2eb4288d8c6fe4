import createFetchManager from 'kafkajs/src/consumer/fetchManager';
import Runner from 'kafkajs/src/consumer/runner';
import { mendFetching } from './kafkajs-fetching';

describe('fetchers that were made while their consumer was stopped', () => {
  it('end, and let the process go on', async () => {
    mendFetching();
    const silent = { debug: () => undefined };
    const stopped = Object.assign(Object.create(Runner.prototype) as Runner, {
      running: false,
      logger: silent,
      consumerGroup: {},
    });
    const manager = createFetchManager({
      logger: { namespace: () => Object.assign(silent, { namespace: () => silent }) },
      getNodeIds: () => [1, 3],
      fetch: (nodeId) => stopped.fetch(nodeId),
      handler: () => Promise.resolve(),
    });
    await expect(manager.start()).rejects.toThrow('the consumer has stopped');
  });
});
