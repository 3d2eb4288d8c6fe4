import { sizesOf } from './sizes';
import { evenly, until } from './waiting';

describe('the sizes of a bench', () => {
  const sizes = { full: { events: 1_000, 'per-second': 10 }, small: { events: 5, 'per-second': 1 } };

  it('are those that are asked for, else full or small', () => {
    expect(sizesOf(sizes, [])).toEqual({ events: 1_000, 'per-second': 10, smoke: false });
    expect(sizesOf(sizes, ['--smoke', '--events', '7'])).toEqual({ events: 7, 'per-second': 1, smoke: true });
  });

  it('are of known names', () => {
    expect(() => sizesOf(sizes, ['--evnets', '7'])).toThrow('--evnets');
  });
});

describe('waiting in a bench', () => {
  it('ends when it holds, and never hangs', async () => {
    let asked = 0;
    await until('asked three times', () => ++asked === 3, 10_000);
    await expect(until('pigs fly', () => false, 0)).rejects.toThrow('not within 0 s: pigs fly');
  });

  it('calls at a rate whatever the calls take, and waits for all of them', async () => {
    const made: number[] = [];
    const call = async (n: number): Promise<void> => {
      await new Promise(setImmediate);
      made.push(n);
    };
    await evenly(5, 1_000, call);
    expect(made.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
