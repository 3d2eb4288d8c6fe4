import { newId } from './new-id';

describe('newId', () => {
  it('is a UUID of version 7 that begins with its time', () => {
    expect(newId(0x0123_4567_89ab)).toMatch(/^01234567-89ab-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('sorts by time, and is not made twice', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => newId(1_764_000_000_000 + n));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(Array.from({ length: 1_000 }, () => newId(0))).size).toBe(1_000);
  });
});
