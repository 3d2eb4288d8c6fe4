import { Answering, BrokerSilent } from './answering';

describe('Answering', () => {
  it('hands on what comes of a request while the broker answers', async () => {
    const answering = new Answering(() => undefined);
    await expect(answering.during(Promise.resolve('answer'))).resolves.toBe('answer');
    await expect(answering.during(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('ends what is under way, and all that comes later, when a request was left without an answer', async () => {
    let timeout = (): void => undefined;
    const answering = new Answering((onTimeout) => (timeout = onTimeout));
    const waiting = answering.during(new Promise(() => undefined));
    timeout();
    await expect(waiting).rejects.toThrow(BrokerSilent);
    await expect(answering.during(new Promise(() => undefined))).rejects.toThrow(BrokerSilent);
  });
});
