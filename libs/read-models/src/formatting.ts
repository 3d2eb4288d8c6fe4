/** Instants and durations as callers read them; nothing else formats time in this library. */
import type { Instant } from '@fieldcase/eventsourcing';
import { Rejection } from '@fieldcase/eventsourcing';
import type { Language } from '@fieldcase/contracts';

/** The zone of figures, days and months. */
export const BUSINESS_ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** Per zone and quarter of an hour: zones change theirs at no other moment, and to ask takes as long as a whole row. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 10_000;

/** How far the zone's clock is ahead of UTC at `at`, in ms. */
function offsetAt(at: Instant, zone: string): number {
  const quarter = Math.floor(at / (15 * MINUTE));
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  const offset = askOffset(quarter * 15 * MINUTE, zone);
  offsets.set(key, offset);
  return offset;
}

function askOffset(at: Instant, zone: string): number {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  );
  const wall = Date.UTC(
    parts['year'] ?? 0,
    (parts['month'] ?? 1) - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
  return wall - Math.floor(at / 1000) * 1000;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** RFC 3339 with the zone's offset, e.g. `2026-11-23T09:00:00+08:00`; milliseconds only where there are some. */
export function instantText(at: Instant, zone: string = BUSINESS_ZONE): string {
  const offset = offsetAt(at, zone);
  const wall = new Date(at + offset).toISOString().replace('.000Z', 'Z').slice(0, -1);
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return `${wall}${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** `YYYY-MM-DD` of the instant in the zone. */
export function dayOf(at: Instant, zone: string = BUSINESS_ZONE): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 10);
}

/** ISO 8601 in hours, minutes and seconds, e.g. `PT24H`, `PT26H10M`, `-PT2H10M`, `PT0S`. */
export function durationText(ms: number): string {
  const abs = Math.abs(Math.round(ms));
  const hours = Math.floor(abs / HOUR);
  const minutes = Math.floor((abs % HOUR) / MINUTE);
  const seconds = (abs % MINUTE) / 1000;
  const text = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}` || '0S';
  return `${ms < 0 && abs > 0 ? '-' : ''}PT${text}`;
}

/** A duration to be read aloud, to the minute: `26 h 10 min`, `3 d 2 h`, `26 小时 10 分钟`. */
export function spokenDuration(ms: number, language: Language): string {
  const words = language === 'en' ? { h: 'h', m: 'min', s: 's' } : { h: '小时', m: '分钟', s: '秒' };
  const abs = Math.abs(ms);
  const hours = Math.floor(abs / HOUR);
  const minutes = Math.floor((abs % HOUR) / MINUTE);
  if (hours === 0 && minutes === 0) return `${Math.floor(abs / 1000)} ${words.s}`;
  return [hours ? `${hours} ${words.h}` : '', minutes ? `${minutes} ${words.m}` : ''].filter(Boolean).join(' ');
}

/** An instant to be read aloud; `beside` omits the date where it is the same day: `2026-11-24 09:00`, `12:00`. */
export function spokenInstant(at: Instant, language: Language, zone: string, beside?: Instant): string {
  const local = new Date(at + offsetAt(at, zone)).toISOString();
  const time = local.slice(11, 16);
  if (beside !== undefined && dayOf(beside, zone) === local.slice(0, 10)) return time;
  if (language === 'en') return `${local.slice(0, 10)} ${time}`;
  const [year, month, day] = local.slice(0, 10).split('-').map(Number);
  return `${year}年${month}月${day}日${time}`;
}

function midnight(year: number, month: number, day: number): Instant {
  const wall = Date.UTC(year, month - 1, day);
  return wall - offsetAt(wall - offsetAt(wall, BUSINESS_ZONE), BUSINESS_ZONE);
}

export interface Span {
  /** Inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

/** The day (`YYYY-MM-DD`), month (`YYYY-MM`) or instant that `text` names, as a span in Asia/Shanghai. */
export function spanOf(text: string, field: string): Span {
  const calendar = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  if (calendar) {
    const [year, month, day] = [Number(calendar[1]), Number(calendar[2]), Number(calendar[3] ?? 1)];
    const real = new Date(Date.UTC(year, month - 1, day));
    if (real.getUTCMonth() === month - 1 && real.getUTCDate() === day) {
      const to = calendar[3] ? midnight(year, month, day + 1) : midnight(year, month + 1, 1);
      return { from: midnight(year, month, day), to };
    }
  } else if (/^\d{4}-\d{2}-\d{2}T/.test(text) && Number.isFinite(Date.parse(text))) {
    return { from: Date.parse(text), to: Date.parse(text) };
  }
  throw new Rejection(
    'query.date-invalid',
    'malformed',
    { field, value: text },
    {
      [field]: 'a day (2026-11-23), a month (2026-11) or an RFC 3339 instant',
    },
  );
}
