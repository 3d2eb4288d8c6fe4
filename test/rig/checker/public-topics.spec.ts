import type { Evidence, PublicRecord } from './evidence';
import { publicTopicsComplete } from './public-topics';

const record = (place: number, digest = `of ${place}`): PublicRecord => ({ place: BigInt(place), digest });
const expected = [1, 2, 3].map((place) => record(place));
const found = (records: readonly PublicRecord[]): readonly string[] =>
  publicTopicsComplete({ publicTopics: [{ name: 'depot', expected, records }] } as unknown as Evidence);

describe('what is in a public topic', () => {
  it('may be there twice, as whoever was killed between sending and noting leaves it', () => {
    expect(found(expected)).toEqual([]);
    expect(found([record(1), record(2), record(1), record(2), record(3)])).toEqual([]);
  });

  it('is missed in the middle, at the end, and where it comes after what follows it', () => {
    expect(found([record(1), record(3)])).toHaveLength(1);
    expect(found([record(1), record(2)])).toHaveLength(1);
    expect(found([record(1), record(3), record(2)])).toHaveLength(1);
  });

  it('is what the log says and nothing else', () => {
    expect(found([...expected, record(4)])).toHaveLength(1);
    expect(found([record(1), record(2, 'other'), record(3)])).toHaveLength(1);
  });
});
