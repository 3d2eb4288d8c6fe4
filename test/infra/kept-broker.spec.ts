import type { Broker } from '../../infra/kafka/broker.mjs';
import { keepRunning } from '../../libs/postgres/embedded/kept-broker.mjs';

describe('a broker beside the database', () => {
  const said: string[] = [];
  const launch = jest.fn();
  let broker: Pick<Broker, 'options' | 'log' | 'onAccident'>;
  let letEnd: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    said.length = 0;
    launch.mockClear();
    const options = { id: 2, folder: 'f', clusterId: 'c', port: 1, controllers: [], adminPassword: 'p' };
    broker = { options, log: 'broker.log', onAccident: undefined };
    letEnd = keepRunning(Object.assign(broker, { launch }) as unknown as Broker);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('is started again when it ends by itself, and that is said', () => {
    broker.onAccident?.('SIGKILL');
    expect(said.join('')).toContain(
      'Kafka broker 2 ended unexpectedly (SIGKILL), again in 500 ms; its log: broker.log',
    );
    jest.advanceTimersByTime(500);
    expect(launch).toHaveBeenCalledTimes(1);
  });

  it('is given up when it ends too often', () => {
    for (let n = 0; n < 6; n += 1) {
      broker.onAccident?.('code 1');
      jest.runOnlyPendingTimers();
    }
    expect(launch).toHaveBeenCalledTimes(5);
    expect(said.join('')).toContain('Kafka broker 2 ended too often (code 1) and is given up');
  });

  it('stays away when the whole ends', () => {
    broker.onAccident?.('SIGTERM');
    letEnd();
    jest.runAllTimers();
    expect(launch).not.toHaveBeenCalled();
    expect(broker.onAccident).toBeUndefined();
  });
});
