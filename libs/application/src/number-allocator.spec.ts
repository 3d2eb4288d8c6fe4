import { parseCaseNumber } from '@fieldcase/domain';
import { RacingStore, START } from './application.fixture';
import { CASE_NUMBERS_STREAM, NumberAllocator } from './number-allocator';

describe('NumberAllocator', () => {
  it('gives no number twice when two processes reserve a block at the same moment', async () => {
    const store = new RacingStore();
    const [one, other] = [new NumberAllocator(store, () => START), new NumberAllocator(store, () => START)];
    const numbers = await Promise.all([one.allocate(), other.allocate(), one.allocate(), other.allocate()]);
    expect(store.outcomes).toContain('conflict');
    expect(numbers.map((number) => parseCaseNumber(number)).sort()).toEqual([0, 1, 1_000, 1_001]);
    expect((await store.stored(CASE_NUMBERS_STREAM)).map(({ data }) => data)).toEqual([
      { from: 0, count: 1_000 },
      { from: 1_000, count: 1_000 },
    ]);
  });
});
