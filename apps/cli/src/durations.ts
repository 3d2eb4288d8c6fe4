import { UsageError } from './failures';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `30m`, `8h`, `7d`. Throws UsageError, naming the option. */
export function secondsOf(option: string, text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (UNITS[match?.[2] ?? ''] ?? 0);
  if (seconds < 1) throw new UsageError(`${option}: expected a duration such as 30m, 8h or 7d, got "${text}"`);
  return seconds;
}
