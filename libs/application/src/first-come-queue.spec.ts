import { FirstComeQueue } from './first-come-queue';

const gate = () => {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('FirstComeQueue', () => {
  it('runs tasks of one key in the order they came', async () => {
    const queue = new FirstComeQueue();
    const first = gate();
    const seen: string[] = [];
    const a = queue.run('case', () => first.opened.then(() => seen.push('a')));
    const b = queue.run('case', async () => seen.push('b'));
    const other = queue.run('another', async () => seen.push('other'));
    await other;
    expect(seen).toEqual(['other']);
    first.open();
    await Promise.all([a, b]);
    expect(seen).toEqual(['other', 'a', 'b']);
  });

  it('goes on after a task that failed, and hands the failure to its own caller only', async () => {
    const queue = new FirstComeQueue();
    const failed = queue.run('case', () => Promise.reject(new Error('no')));
    const next = queue.run('case', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });

  it('lets nobody overtake who waits, though one before him has ended', async () => {
    const queue = new FirstComeQueue();
    const second = gate();
    const seen: string[] = [];
    const a = queue.run('case', async () => seen.push('a'));
    const b = queue.run('case', () => second.opened.then(() => seen.push('b')));
    await a;
    const c = queue.run('case', async () => seen.push('c'));
    await new Promise(setImmediate);
    expect(seen).toEqual(['a']);
    second.open();
    await Promise.all([b, c]);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('forgets a key when nothing waits on it', async () => {
    const queue = new FirstComeQueue();
    await queue.run('case', () => Promise.resolve());
    expect((queue as unknown as { tails: Map<string, unknown> }).tails.size).toBe(0);
  });
});
