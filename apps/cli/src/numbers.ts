import { UsageError } from './failures';

/** Throws UsageError, naming the option and what was expected. */
export function wholeNumber(option: string, text: string, from: number, to: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new UsageError(`${option}: expected a whole number from ${from} to ${to}, got "${text}"`);
}
