import { Rejection } from '@fieldcase/eventsourcing';
import { decodeCursor, encodeCursor } from './cursor';

const written = (keys: unknown): string => Buffer.from(JSON.stringify(keys)).toString('base64url');

describe('cursors', () => {
  it('give back the keys that were put in', () => {
    expect(decodeCursor(encodeCursor(['due', '收割机', 8.64e15]), 'ssn')).toEqual(['due', '收割机', 8.64e15]);
  });

  it.each<[string, string]>([
    ['no base64', '!'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no list', written({ 0: 'a', length: 2 })],
    ['too few', written(['a'])],
    ['too many', written(['a', 1, 2])],
    ['a fraction', written(['a', 1.5])],
    ['beyond every date', written(['a', 1e300])],
    ['an infinite number', Buffer.from('["a",1e999]').toString('base64url')],
    ['null', written(['a', null])],
    ['a number as text', written(['a', '1'])],
    ['U+0000', written(['\0', 1])],
    ['an unpaired surrogate', written(['\ud800', 1])],
    ['a text without end', written(['a'.repeat(1_001), 1])],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeCursor(cursor, 'sn')).toThrow(Rejection);
  });
});
