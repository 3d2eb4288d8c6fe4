import fc from 'fast-check';
import { CASE_NUMBERS, caseNumber, normaliseCaseNumber, parseCaseNumber } from './case-number';

const ALPHABET = '3456789ACDEFHJKMNPRTWXY'.split('');
const counters = fc.integer({ min: 0, max: CASE_NUMBERS - 1 });
/** Positions of the seven characters in `XXX-XXX-C`. */
const places = [0, 1, 2, 4, 5, 6, 8];
const withCharacter = (text: string, at: number, character: string) =>
  text.slice(0, at) + character + text.slice(at + 1);

describe('caseNumber', () => {
  it('is short, without look-alikes, and reads back as its counter', () => {
    fc.assert(
      fc.property(counters, (counter) => {
        const number = caseNumber(counter);
        expect(number).toMatch(/^[3-9ACDEFHJKMNPRTWXY]{3}-[3-9ACDEFHJKMNPRTWXY]{3}-[3-9ACDEFHJKMNPRTWXY]$/);
        expect(parseCaseNumber(number)).toBe(counter);
      }),
    );
    expect(parseCaseNumber(caseNumber(0))).toBe(0);
    expect(parseCaseNumber(caseNumber(CASE_NUMBERS - 1))).toBe(CASE_NUMBERS - 1);
  });

  it('uses every spelling: each valid number is the number of exactly one counter', () => {
    const body = fc.array(fc.constantFrom(...ALPHABET), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(body, (characters) => {
        const valid = ALPHABET.filter((check) => parseCaseNumber([...characters, check].join('')) !== null);
        expect(valid).toHaveLength(1);
        const text = [...characters, ...valid].join('');
        expect(caseNumber(parseCaseNumber(text) ?? -1).replaceAll('-', '')).toBe(text);
      }),
    );
  });

  it('differs for neighbouring cases in more than the last characters', () => {
    expect(caseNumber(1).slice(0, 3)).not.toBe(caseNumber(2).slice(0, 3));
  });

  it('detects every single wrong character', () => {
    fc.assert(
      fc.property(counters, fc.constantFrom(...places), fc.constantFrom(...ALPHABET), (counter, at, character) => {
        const number = caseNumber(counter);
        fc.pre(number.charAt(at) !== character);
        expect(parseCaseNumber(withCharacter(number, at, character))).toBeNull();
      }),
    );
  });

  it('detects every swap of two characters', () => {
    fc.assert(
      fc.property(counters, fc.constantFrom(...places), fc.constantFrom(...places), (counter, one, other) => {
        const number = caseNumber(counter);
        fc.pre(number.charAt(one) !== number.charAt(other));
        const swapped = withCharacter(withCharacter(number, one, number.charAt(other)), other, number.charAt(one));
        expect(parseCaseNumber(swapped)).toBeNull();
      }),
    );
  });

  it('has only so many counters', () => {
    for (const counter of [-1, 0.5, CASE_NUMBERS, Number.NaN]) expect(() => caseNumber(counter)).toThrow(RangeError);
  });
});

describe('parseCaseNumber', () => {
  it('reads what people write', () => {
    const number = caseNumber(4_711);
    for (const written of [number.toLowerCase(), number.replaceAll('-', ''), ` ${number.replaceAll('-', ' ')} `]) {
      expect(parseCaseNumber(written)).toBe(4_711);
      expect(normaliseCaseNumber(written)).toBe(number);
    }
  });

  it('answers null for everything else', () => {
    for (const written of ['', 'AAA', '0OI-1LZ-S', `${caseNumber(1)}3`, caseNumber(1).slice(0, -1)]) {
      expect(parseCaseNumber(written)).toBeNull();
      expect(normaliseCaseNumber(written)).toBeNull();
    }
  });
});
