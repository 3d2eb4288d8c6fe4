import { say } from './messages.mjs';
import { Restarts } from './restarts.mjs';

/**
 * Starts a broker again when it ends by itself. One that is given up ends nothing else: the others go on, and so do the
 * applications without any.
 * @param {import('../../../infra/kafka/broker.mjs').Broker} broker that listens
 * @returns {() => void} from then on it may end
 */
export function keepRunning(broker) {
  const restarts = new Restarts();
  const { id } = broker.options;
  /** @type {NodeJS.Timeout | undefined} */
  let restart;
  broker.onAccident = (how) => {
    const delay = restarts.delayAfterEnd();
    if (delay === undefined) {
      return say(
        `Kafka 节点 ${id} 多次意外退出（${how}），不再重启`,
        `Kafka broker ${id} ended too often (${how}) and is given up; its log: ${broker.log}`,
      );
    }
    say(
      `Kafka 节点 ${id} 意外退出（${how}），${delay} 毫秒后重启`,
      `Kafka broker ${id} ended unexpectedly (${how}), again in ${delay} ms; its log: ${broker.log}`,
    );
    restart = setTimeout(() => broker.launch(), delay);
  };
  return () => {
    broker.onAccident = undefined;
    clearTimeout(restart);
  };
}
