import type { Instant } from '@fieldcase/eventsourcing';
import type { TimeSource } from './mapping.types';

const DAY_MS = 86_400_000;
/** Spreadsheets count days from here. */
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30);
const CACHED_DAYS = 50_000;

/** An instant, or why there is none: the sentence goes into the rejects file. */
export type ParsedTime = { readonly at: Instant } | { readonly problem: string };
export type TimeParser = (text: string) => ParsedTime;

/** Thrown where the mapping itself is wrong. */
export class TimeFormatError extends Error {
  constructor(
    readonly path: 'format' | 'zone',
    message: string,
  ) {
    super(message);
    this.name = 'TimeFormatError';
  }
}

/** Throws TimeFormatError for an unknown zone or a format that cannot name a day. */
export function timeParser(time: TimeSource): TimeParser {
  const resolve = zoneResolver(time.zone, time.ambiguous ?? 'reject');
  switch (time.format) {
    case 'rfc3339':
      return parseRfc3339;
    case 'epoch-seconds':
      return (text) => number(text, (value) => ({ at: Math.round(value * 1_000) }), 'a number of seconds since 1970');
    case 'epoch-millis':
      return (text) => number(text, (value) => ({ at: Math.round(value) }), 'a number of milliseconds since 1970');
    case 'excel-serial':
      return (text) =>
        number(text, (days) => resolve(EXCEL_EPOCH_MS + Math.round(days * DAY_MS), text), 'a spreadsheet day number');
    default:
      return patternParser(time.format, resolve);
  }
}

function number(text: string, then: (value: number) => ParsedTime, expected: string): ParsedTime {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || Math.abs(value) > 8e15) return { problem: `expected ${expected}` };
  const parsed = then(value);
  return 'at' in parsed && !inRange(parsed.at) ? { problem: `expected ${expected} between 1900 and 9999` } : parsed;
}

const inRange = (at: number): boolean => at >= Date.UTC(1900, 0, 1) && at < Date.UTC(9999, 11, 31);

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function parseRfc3339(text: string): ParsedTime {
  const m = RFC3339.exec(text);
  const problem = { problem: 'expected a time as in 2026-11-23T09:00:00+08:00' };
  if (!m) return problem;
  const zone = m[8] ?? 'Z';
  const offset = /z/i.test(zone) ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const millis = Number((m[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = localMs(Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6]), millis);
  return local === undefined || !inRange(local) ? problem : { at: local - offset * 60_000 };
}

/** The wall clock read as if it were UTC; undefined for a day or an hour that no calendar has. */
function localMs(y: number, mo: number, d: number, h: number, mi: number, s: number, ms: number): number | undefined {
  if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 59) return undefined;
  if (d > new Date(Date.UTC(y, mo, 0)).getUTCDate()) return undefined;
  return Date.UTC(y, mo - 1, d, h, mi, s, ms);
}

const TOKENS: Readonly<Record<string, readonly [group: string, pattern: string]>> = {
  yyyy: ['y', '\\d{4}'],
  MM: ['M', '\\d{2}'],
  M: ['M', '\\d{1,2}'],
  dd: ['d', '\\d{2}'],
  d: ['d', '\\d{1,2}'],
  HH: ['H', '\\d{2}'],
  H: ['H', '\\d{1,2}'],
  hh: ['h', '\\d{2}'],
  h: ['h', '\\d{1,2}'],
  mm: ['m', '\\d{2}'],
  ss: ['s', '\\d{2}'],
  SSS: ['S', '\\d{3}'],
  a: ['a', '[AaPp][Mm]|上午|下午'],
};

function patternParser(format: string, resolve: Resolver): TimeParser {
  const seen = new Set<string>();
  const pattern = format.replace(/([A-Za-z])\1*|[^A-Za-z]/g, (part) => {
    const token = TOKENS[part];
    if (token && !seen.has(token[0])) {
      seen.add(token[0]);
      return `(?<${token[0]}>${token[1]})`;
    }
    if (/[A-Za-z]/.test(part) && part !== 'T') {
      throw new TimeFormatError('format', `"${part}" is not understood; expected letters as in yyyy-MM-dd HH:mm:ss`);
    }
    return part.replace(/[^\w\s]/, '\\$&');
  });
  if (!['y', 'M', 'd'].every((group) => seen.has(group))) {
    throw new TimeFormatError('format', 'expected a year (yyyy), a month (MM) and a day (dd)');
  }
  const regex = new RegExp(`^${pattern}$`);
  const problem = { problem: `expected a time as in ${format}` };
  return (text) => {
    const g = regex.exec(text)?.groups;
    if (!g) return problem;
    const hour = hourOf(g);
    const local = localMs(+g['y']!, +g['M']!, +g['d']!, hour, +(g['m'] ?? 0), +(g['s'] ?? 0), +(g['S'] ?? 0));
    if (local === undefined || !inRange(local))
      return { problem: `expected a day and time that exist, as in ${format}` };
    return resolve(local, text);
  };
}

function hourOf(groups: Record<string, string | undefined>): number {
  if (groups['h'] === undefined) return Number(groups['H'] ?? 0);
  const hour = Number(groups['h']);
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (/^(pm|下午)$/i.test(groups['a'] ?? '') ? 12 : 0);
}

type Resolver = (local: number, text: string) => ParsedTime;

/** Offsets come from the runtime's zone data, and are kept per local day in which the zone does not change. */
function zoneResolver(zone: string, ambiguous: 'reject' | 'earlier' | 'later'): Resolver {
  const offsetAt = zoneOffsets(zone);
  const instants = (local: number): number[] => {
    // A change lies at most a day away from the wall clock, so these two offsets are all that can apply.
    const offsets = new Set([offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)]);
    return [...offsets].map((offset) => local - offset).filter((at) => offsetAt(at) === local - at);
  };
  const days = new Map<number, number | undefined>();
  return (local, text) => {
    const day = Math.floor(local / DAY_MS);
    if (!days.has(day)) {
      if (days.size >= CACHED_DAYS) days.clear();
      days.set(day, steadyOffset(offsetAt, day));
    }
    const steady = days.get(day);
    if (steady !== undefined) return { at: local - steady };
    const [first, second] = instants(local).sort((a, b) => a - b);
    if (first === undefined) {
      return { problem: `${text} does not exist in ${zone}: the clock was put forward over it` };
    }
    if (second === undefined) return { at: first };
    if (ambiguous !== 'reject') return { at: ambiguous === 'earlier' ? first : second };
    return {
      problem: `${text} comes twice in ${zone}, when the clock was put back; time.ambiguous: earlier or later decides`,
    };
  };
}

/** The one offset of a local day and the days around it; undefined where the zone changes there. */
function steadyOffset(offsetAt: (at: number) => number, day: number): number | undefined {
  const around = [-1, 0, 1, 2].map((days) => offsetAt((day + days) * DAY_MS));
  return around.every((offset) => offset === around[0]) ? around[0] : undefined;
}

/** Milliseconds that the zone's wall clock is ahead of UTC at an instant. */
function zoneOffsets(zone: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new TimeFormatError('zone', `"${zone}" is not a known zone; expected an IANA name such as Asia/Shanghai`);
  }
  return (at) => {
    const whole = Math.floor(at / 1_000) * 1_000;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(whole)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  };
}
