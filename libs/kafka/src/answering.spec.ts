import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Answering, BrokerSilent } from './answering';

describe('Answering', () => {
  it('hands on what comes of a request while the broker answers', async () => {
    const answering = new Answering(() => undefined);
    await expect(answering.during(Promise.resolve('answer'))).resolves.toBe('answer');
    await expect(answering.during(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('ends what is under way, and all that comes later, when a request was left without an answer', async () => {
    let timeout: (broker: string) => void = () => undefined;
    const answering = new Answering((onTimeout) => (timeout = onTimeout));
    const waiting = answering.during(new Promise(() => undefined));
    timeout('127.0.0.1:9092');
    await expect(waiting).rejects.toThrow('127.0.0.1:9092 does not answer');
    await expect(answering.during(new Promise(() => undefined))).rejects.toThrow(BrokerSilent);
  });

  it('keeps nothing of what was answered, however long the connection lives', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const answering = new Answering(() => undefined);
    const answers: WeakRef<object>[] = [];
    for (let n = 0; n < 10; n += 1) {
      const answer = { n };
      answers.push(new WeakRef(answer));
      await answering.during(Promise.resolve(answer));
    }
    await new Promise(setImmediate);
    collect();
    expect(answers.filter((answer) => answer.deref()).length).toBeLessThan(3);
  });
});
