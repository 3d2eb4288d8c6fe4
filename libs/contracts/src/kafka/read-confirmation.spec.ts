import { confirmationText, confirmationTexts, isConfirmationCode } from '../texts/confirmations';
import { CONFIRMATION_TYPES, LARGEST_CONFIRMATION } from './confirmations';
import { isReadable, readConfirmation } from './read-confirmation';

const shipped = {
  specversion: '1.0',
  id: 'a',
  source: 'b',
  type: CONFIRMATION_TYPES.shipped,
  data: { partRequestId: 'r' },
};
const read = (value: unknown) =>
  readConfirmation(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe('a record of a depot', () => {
  it('is read', () => {
    expect(read(shipped)).toEqual(shipped);
    expect(isReadable(read(shipped))).toBe(true);
  });

  it.each([
    ['no value', readConfirmation(null)],
    ['nothing', read('')],
    ['no JSON', read('{"specversion":')],
    ['no UTF-8', readConfirmation(Buffer.from([0x22, 0xff, 0x22]))],
    ['a list', read([shipped])],
    ['null', read('null')],
    ['very deep', read('['.repeat(30_000) + ']'.repeat(30_000))],
  ])('is not, where it is %s', (_, answer) => {
    expect(answer).toEqual({ code: 'confirmation.unreadable', id: null, source: null });
  });

  it('is told by its name where that can be read', () => {
    expect(read({ ...shipped, type: 'fieldcase.part-request.shipped.v2' })).toEqual({
      code: 'confirmation.type-unknown',
      id: 'a',
      source: 'b',
    });
    expect(read({ ...shipped, id: 7, type: 7 })).toMatchObject({ code: 'confirmation.type-unknown', id: null });
    expect(read('x'.repeat(LARGEST_CONFIRMATION + 1))).toMatchObject({ code: 'confirmation.too-large' });
  });

  it('is told by field what it should have been, and never what it was', () => {
    const data = { partRequestId: '', carrier: 7, serials: ['SN 1'], depotId: 'harbin' };
    const text = JSON.stringify({ ...shipped, id: '', time: 'now', data }).replace(
      '"depotId"',
      '"__proto__":{"x":1},"depotId"',
    );
    expect(read(text)).toMatchObject({
      code: 'confirmation.malformed',
      errors: {
        id: ['text', 200],
        time: ['instant'],
        'data.partRequestId': ['identifier', 200],
        'data.carrier': ['text', 100],
        'data.serials': ['textList', 1_000, 100],
        'data.depotId': ['unknownField'],
      },
    });
    expect(read({ ...shipped, data: undefined })).toMatchObject({ errors: { data: ['object'] } });
  });

  it.each(Object.keys(confirmationTexts))('has a sentence in both languages for %s', (code) => {
    const { zh, en } = confirmationText(code, { most: 1, count: 2 });
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
    expect(en).toMatch(/^[\x20-\x7e]+$/);
    expect(zh + en).not.toMatch(/[{}–]/);
    expect(isConfirmationCode(code)).toBe(true);
  });

  it('has the sentences of refusals too', () => {
    expect(confirmationText('part-request.unknown', {}).en).not.toBe('');
    expect(isConfirmationCode('part-request.already-shipped')).toBe(true);
    expect(isConfirmationCode('nothing')).toBe(false);
  });
});
