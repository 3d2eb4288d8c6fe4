import { trendPerMinute } from './trend';

const every30s = (...values: number[]) => values.map((value, n) => ({ atMs: 5_000 + n * 30_000, value }));

describe('the trend of samples', () => {
  it('is what they grow by in a minute', () => {
    expect(trendPerMinute(every30s(100, 101, 102, 103))).toBeCloseTo(2);
    expect(trendPerMinute(every30s(100, 90, 110, 100))).toBeCloseTo(4);
  });

  it('is none where they stay, or are too few', () => {
    expect([trendPerMinute(every30s(7, 7, 7)), trendPerMinute(every30s(7)), trendPerMinute([])]).toEqual([0, 0, 0]);
  });
});
