import { KafkaJSProtocolError, type Admin, type Kafka } from 'kafkajs';
import { AdminConnection } from './kafkajs-admin-connection';

/** As the client makes them of a broker's answer. */
class Refused extends KafkaJSProtocolError {
  constructor(type: string) {
    super(Object.assign(new Error(type), { type, code: 6, retriable: true }));
  }
}

describe('AdminConnection', () => {
  let made: Admin[];
  let kafka: Kafka;
  beforeEach(() => {
    made = [];
    const admin = () => {
      const one = {
        events: { REQUEST_TIMEOUT: 'timeout' },
        on: () => () => undefined,
        connect: async () => undefined,
        disconnect: jest.fn(async () => undefined),
      } as unknown as Admin;
      made.push(one);
      return one;
    };
    kafka = { admin } as unknown as Kafka;
  });

  it.each([
    ['another client is asked where the leader has changed', 'NOT_LEADER_FOR_PARTITION', 1],
    ['the same client is asked after any other refusal', 'TOPIC_AUTHORIZATION_FAILED', 0],
  ])('%s', async (_, type, next) => {
    const connection = new AdminConnection(kafka);
    await expect(connection.ask(() => Promise.reject(new Refused(type)))).rejects.toThrow(type);
    expect(await connection.ask(async (admin) => made.indexOf(admin))).toBe(next);
    expect(made[0]?.disconnect).toHaveBeenCalledTimes(next);
  });

  it('goes on with the next client where several found the one before outdated', async () => {
    const connection = new AdminConnection(kafka);
    const outdated = () => connection.ask(() => Promise.reject(new Refused('NOT_LEADER_FOR_PARTITION')));
    let refuseLate: () => void = () => undefined;
    const late = connection.ask(
      () => new Promise((_, reject) => (refuseLate = () => reject(new Refused('NOT_LEADER_FOR_PARTITION')))),
    );
    await expect(outdated()).rejects.toThrow();
    expect(await connection.ask(async (admin) => made.indexOf(admin))).toBe(1);
    refuseLate();
    await expect(late).rejects.toThrow();
    expect(await connection.ask(async (admin) => made.indexOf(admin))).toBe(1);
    expect(made[1]?.disconnect).not.toHaveBeenCalled();
  });
});
