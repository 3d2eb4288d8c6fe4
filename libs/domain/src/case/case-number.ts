/**
 * Case numbers for the telephone: six characters of a 23-letter alphabet without look-alikes (no 0 O Q, 1 I L, 2 Z,
 * and only one each of 5 S, 6 G, 8 B, W U V) and a check character, written `XXX-XXX-C`. Unique by construction: a
 * bijection of the counter.
 */
const ALPHABET = '3456789ACDEFHJKMNPRTWXY';
const BASE = 23;
const LENGTH = 6;
/** 23^6: counters run from 0 to CASE_NUMBERS - 1. */
export const CASE_NUMBERS = BASE ** LENGTH;

/** Spreads neighbouring counters apart, so that one misheard number is not the neighbour's case. Coprime with 23. */
const SPREAD = 40_503_121;
const OFFSET = 91_734_113;
/** SPREAD's inverse modulo 23^6, by the extended Euclidean algorithm. */
const UNSPREAD = inverse(SPREAD, CASE_NUMBERS);

function inverse(value: number, modulus: number): number {
  let [previous, current, previousFactor, factor] = [modulus, value, 0, 1];
  while (current !== 0) {
    const quotient = Math.floor(previous / current);
    [previous, current] = [current, previous - quotient * current];
    [previousFactor, factor] = [factor, previousFactor - quotient * factor];
  }
  return ((previousFactor % modulus) + modulus) % modulus;
}

/** value * factor modulo 23^6; the product may exceed 2^53. */
function multiply(value: number, factor: number): number {
  return Number((BigInt(value) * BigInt(factor)) % BigInt(CASE_NUMBERS));
}

/**
 * Weights 2..7 differ and are not 0 modulo the prime 23, and the check character's weight 1 differs from all:
 * every single wrong character and every swap of two characters changes the sum.
 */
function checkDigit(digits: readonly number[]): number {
  const sum = digits.reduce((total, digit, index) => total + digit * (index + 2), 0);
  return (BASE - (sum % BASE)) % BASE;
}

/** @param counter whole number from 0 to CASE_NUMBERS - 1; else RangeError. Answers e.g. `7KM-3RX-4`. */
export function caseNumber(counter: number): string {
  if (!Number.isInteger(counter) || counter < 0 || counter >= CASE_NUMBERS) {
    throw new RangeError(`case counter must be a whole number from 0 to ${CASE_NUMBERS - 1}, got ${counter}`);
  }
  let rest = (multiply(counter, SPREAD) + OFFSET) % CASE_NUMBERS;
  const digits: number[] = [];
  for (let index = 0; index < LENGTH; index++) {
    digits.unshift(rest % BASE);
    rest = Math.floor(rest / BASE);
  }
  const text = [...digits, checkDigit(digits)].map((digit) => ALPHABET.charAt(digit)).join('');
  return `${text.slice(0, 3)}-${text.slice(3, 6)}-${text.slice(6)}`;
}

/** The counter of a number as people write it (any case, with or without `-` and blanks); null when it is none. */
export function parseCaseNumber(text: string): number | null {
  const characters = text.toUpperCase().replace(/[\s-]/g, '').split('');
  const digits = characters.map((character) => ALPHABET.indexOf(character));
  if (digits.length !== LENGTH + 1 || digits.includes(-1)) return null;
  const body = digits.slice(0, LENGTH);
  if (checkDigit(body) !== digits[LENGTH]) return null;
  const spread = body.reduce((value, digit) => value * BASE + digit, 0);
  return multiply((spread - OFFSET + CASE_NUMBERS) % CASE_NUMBERS, UNSPREAD);
}

/** The canonical writing of a number, or null: for look-ups by what a caller typed. */
export function normaliseCaseNumber(text: string): string | null {
  const counter = parseCaseNumber(text);
  return counter === null ? null : caseNumber(counter);
}
