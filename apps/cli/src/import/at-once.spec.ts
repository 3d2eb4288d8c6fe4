import { atOnce } from './at-once';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work at once', () => {
  it('is done for every item, and never for more than so many at a time', async () => {
    let underWay = 0;
    let most = 0;
    const done: number[] = [];
    await atOnce(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
      most = Math.max(most, (underWay += 1));
      await turn();
      underWay -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await atOnce(3, [], turn);
  });

  it('begins no more after a failure, and tells it when nothing is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failing = atOnce(2, [1, 2, 3, 4], async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('away');
      await turn();
      await turn();
      ended.push(item);
    });
    await expect(failing).rejects.toThrow('away');
    expect({ begun, ended }).toEqual({ begun: [1, 2], ended: [2] });
  });
});
