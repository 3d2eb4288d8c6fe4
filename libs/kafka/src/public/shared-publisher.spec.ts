import { PublisherClosed, SharedPublisher } from './shared-publisher';

interface Opened {
  closed: boolean;
  answer: (offset: bigint) => void;
  fail: (error: Error) => void;
}

function broker() {
  const opened: Opened[] = [];
  const transport = {
    publisher: async () => {
      const one: Opened = { closed: false, answer: () => undefined, fail: () => undefined };
      opened.push(one);
      return {
        send: () => new Promise<bigint>((resolve, reject) => Object.assign(one, { answer: resolve, fail: reject })),
        close: async () => void (one.closed = true),
      };
    },
  };
  return { opened, publisher: new SharedPublisher(transport) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('one publisher for many topics', () => {
  it('is not taken up again after a failed send, and closed by the last who sends with it', async () => {
    const { opened, publisher } = broker();
    const first = publisher.send('a', []);
    await settled();
    opened[0]?.fail(new Error('no leader'));
    await expect(first).rejects.toThrow('no leader');
    expect(opened[0]?.closed).toBe(true);
    const second = publisher.send('a', []);
    await settled();
    opened[1]?.answer(3n);
    await expect(second).resolves.toBe(3n);
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    await publisher.close();
    expect(opened[1]?.closed).toBe(true);
  });

  it('opens none anew for who goes on sending after it is closed', async () => {
    const { opened, publisher } = broker();
    const sending = publisher.send('a', []);
    await settled();
    await publisher.close();
    opened[0]?.answer(0n);
    await expect(sending).resolves.toBe(0n);
    expect(opened[0]?.closed).toBe(true);
    await expect(publisher.send('a', [])).rejects.toThrow(PublisherClosed);
    expect(opened).toHaveLength(1);
  });
});
