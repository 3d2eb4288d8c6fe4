import type { Language } from '../scope';

/** Instants in sentences about a refusal: the zone and the way of writing of every other text. */
const formatter = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Shanghai',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const SECOND = 1_000;
const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** What is refused before an instant may be asked for from the next whole second on, not from the one before. */
export type Rounding = 'up' | 'down';

/** `2026-11-24 09:00`, `2026年11月24日09:00`; with seconds where there are some, since a bound must hold as it is read. */
export function spokenBound(at: number, language: Language, rounding: Rounding = 'down'): string {
  const whole = (rounding === 'up' ? Math.ceil(at / SECOND) : Math.floor(at / SECOND)) * SECOND;
  const parts = Object.fromEntries(formatter.formatToParts(whole).map(({ type, value }) => [type, value]));
  const seconds = parts['second'] === '00' ? '' : `:${parts['second']}`;
  const time = `${parts['hour']}:${parts['minute']}${seconds}`;
  if (language === 'en') return `${parts['year']}-${parts['month']}-${parts['day']} ${time}`;
  return `${parts['year']}年${Number(parts['month'])}月${Number(parts['day'])}日${time}`;
}

/** A text with every UTC instant in it as people here read it. @param roundingOf asked for the first, second ... of them */
export function withSpokenInstants(
  text: string,
  language: Language,
  roundingOf: (index: number) => Rounding = () => 'down',
): string {
  let index = 0;
  return text.replace(ISO, (iso) => spokenBound(Date.parse(iso), language, roundingOf(index++)));
}
