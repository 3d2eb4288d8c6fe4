import { caseNumber, weekStreams } from '@fieldcase/domain';

/** Which copy of the sample cases a line is of. */
export interface Copy {
  /** From 0. */
  readonly index: number;
  /** Milliseconds that all of its times are moved by. */
  readonly shift: number;
  /** Of the depots and technicians that it shares with some of the others. */
  readonly crew: number;
}

type Part = string | ((copy: Copy) => string);

/** A text in which what tells one copy from another is made anew for each. */
export type CopiedText = (copy: Copy) => string;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z`;
const PLACE_OR_PERSON = 'demo-(?:depot|van|technician)(?:-[a-z0-9]+)*';
const WEEK = String.raw`\d{4}-W\d\d`;
const PHONE = String.raw`1380000\d{4}`;
const DAY = 86_400_000;

/** @param numbers case numbers of the sample cases, in the order of their counters */
export function copiedTexts(numbers: readonly string[]): (text: string) => CopiedText {
  const pattern = new RegExp([UUID, INSTANT, WEEK, PLACE_OR_PERSON, PHONE, ...numbers].join('|'), 'g');
  const counters = new Map(numbers.map((number, counter) => [number, counter]));
  const partOf = (word: string): Part => {
    const counter = counters.get(word);
    return counter === undefined ? wordOf(word) : ({ index }) => caseNumber(index * numbers.length + counter);
  };
  return (text) => {
    const parts: Part[] = [];
    let end = 0;
    for (const { 0: word, index } of text.matchAll(pattern)) {
      parts.push(text.slice(end, index), partOf(word));
      end = index + word.length;
    }
    parts.push(text.slice(end));
    return (copy) => {
      let line = '';
      for (const part of parts) line += typeof part === 'string' ? part : part(copy);
      return line;
    };
  };
}

function wordOf(word: string): Part {
  if (word.startsWith('demo-')) return ({ crew }) => (crew === 0 ? word : `${word}-${crew}`);
  if (word.startsWith('1380000')) return ({ index }) => `138${eightDigits(index * 10_007 + Number(word.slice(7)))}`;
  if (word.includes('T')) {
    const at = Date.parse(word);
    return ({ shift }) => new Date(at + shift).toISOString();
  }
  if (word.includes('W')) {
    const at = mondayOf(word);
    return ({ shift }) => weekAt(at + shift);
  }
  // In the order of time, as the ids that the product makes.
  return ({ index }) => `${index.toString(16).padStart(8, '0')}${word.slice(8)}`;
}

const eightDigits = (number: number): string => String(number % 100_000_000).padStart(8, '0');

const weeks = new Map<number, string>();

/** The ISO week of an instant, by the product's own reckoning. */
function weekAt(at: number): string {
  const day = Math.floor(at / DAY);
  const known = weeks.get(day);
  if (known !== undefined) return known;
  const week = weekStreams('x', day * DAY, day * DAY + 1)[0]?.slice(-8) ?? '';
  weeks.set(day, week);
  return week;
}

/** Some instant in an ISO week. */
function mondayOf(week: string): number {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  return Date.UTC(year, 0, 4 + (number - 1) * 7);
}
