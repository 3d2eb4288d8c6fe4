import type { z } from 'zod';
import type { Expectation } from '../http/expectation';
import { confirmationSchema, CONFIRMATION_TYPES, LARGEST_CONFIRMATION, type Confirmation } from './confirmations';

/** Why a record is no confirmation; what of its name could be read. */
export interface Unreadable {
  readonly code:
    'confirmation.unreadable' | 'confirmation.too-large' | 'confirmation.type-unknown' | 'confirmation.malformed';
  readonly id: string | null;
  readonly source: string | null;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly errors?: Readonly<Record<string, Expectation>>;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const MOST_ERRORS = 20;
const LONGEST_NAME = 200;

/** What is expected of each field, absent or wrong; of a serial number as of the list. */
const EXPECTED: Readonly<Record<string, Expectation>> = {
  specversion: ['oneOf', '1.0'],
  id: ['text', 200],
  source: ['text', 200],
  time: ['instant'],
  datacontenttype: ['oneOf', 'application/json'],
  data: ['object'],
  'data.partRequestId': ['identifier', 200],
  'data.carrier': ['text', 100],
  'data.trackingNumber': ['text', 100],
  'data.serials': ['textList', 1_000, 100],
  'data.reason': ['text', 2_000],
};

/** One record's bytes. What it says of itself is taken for nothing before it is checked. */
export function readConfirmation(bytes: Uint8Array | null): Confirmation | Unreadable {
  const unnamed = { id: null, source: null };
  if (bytes === null) return { code: 'confirmation.unreadable', ...unnamed };
  if (bytes.length > LARGEST_CONFIRMATION) {
    return { code: 'confirmation.too-large', ...unnamed, params: { most: LARGEST_CONFIRMATION } };
  }
  let value: unknown;
  try {
    value = JSON.parse(UTF_8.decode(bytes));
  } catch {
    return { code: 'confirmation.unreadable', ...unnamed };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'confirmation.unreadable', ...unnamed };
  }
  const { id, source, type } = value as Readonly<Record<string, unknown>>;
  const name = { id: nameOf(id), source: nameOf(source) };
  if (!Object.values<unknown>(CONFIRMATION_TYPES).includes(type)) return { code: 'confirmation.type-unknown', ...name };
  const { success, data, error } = confirmationSchema.safeParse(value);
  return success ? data : { code: 'confirmation.malformed', ...name, errors: errorsOf(error.issues) };
}

export const isReadable = (read: Confirmation | Unreadable): read is Confirmation => 'specversion' in read;

/** As far as it can be said back: a text that is no name of anything is not. */
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= LONGEST_NAME && /^[^\p{Cc}\p{Cs}]+$/u.test(value) ? value : null;

function errorsOf(issues: readonly z.core.$ZodIssue[]): Readonly<Record<string, Expectation>> {
  const errors = issues.flatMap((issue): [string, Expectation][] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => [[...path, nameOf(key)?.slice(0, 64) ?? '?'].join('.'), ['unknownField']]);
    }
    const field = path.slice(0, 2).join('.');
    return [[field, EXPECTED[field] ?? ['object']]];
  });
  return Object.fromEntries(errors.slice(0, MOST_ERRORS));
}
