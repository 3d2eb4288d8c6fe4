import fc from 'fast-check';
import { gramsAsked, gramsOf } from './search-grams';

describe('the pieces of a text', () => {
  it('are three letters or digits in a row, and one and two Chinese characters', () => {
    expect(gramsOf('7KM-3RXA 4')).toEqual(['7km', '3rx', 'rxa']);
    expect(gramsOf('红星农场3队')).toEqual(['红', '星', '农', '场', '红星', '星农', '农场', '队']);
    expect(gramsAsked('红星农3A-12345')).toEqual(['红星', '星农', '123', '345']);
    expect(gramsAsked('13800001234')).toEqual(['138', '800', '000', '012', '234']);
    expect(gramsAsked('农场3队')).toEqual(['农场']);
    expect(gramsAsked('红 12')).toEqual(['红']);
    expect(gramsOf('- _%')).toEqual([]);
  });

  it('are told apart where one comes again', () => {
    expect(gramsOf('0000 队队')).toEqual(['000', '000#2', '队', '队#2', '队队']);
    expect(gramsAsked('000000')).toEqual(['000', '000#2', '000#3']);
  });

  it('are among those of every text that contains it', () => {
    const unit = fc.constantFrom('红', '星', '𠮷', 'a', 'B', 'é', '1', '2', '-', ' ', '，');
    const text = fc.string({ unit, maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        expect(gramsOf(`${before}${part}${after}`)).toEqual(expect.arrayContaining(gramsAsked(part)));
      }),
    );
  });
});
