/** ISO 8601 durations of fixed length: weeks, days (24 h), hours, minutes, seconds. No months or years: they vary. */

const pattern = /^P(?:(\d+)W|(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?)$/;
const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const;

/** Milliseconds of e.g. `PT24H`, `P7D`, `PT0.5S`; null when it is no duration of fixed length. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const whole = units.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
  const total = whole + Number((match[6] ?? '').padEnd(3, '0'));
  return Number.isSafeInteger(total) ? total : null;
}

/** Largest unit hours, as the contract writes them: `PT24H`, `PT1H30M`, `PT0.5S`, `PT0S`. Negative: leading `-`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  const parts = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  return `PT${parts || '0S'}`;
}
