/**
 * The longest texts, in characters as people count them. History keeps to what the API takes (`docs/openapi.json`, held
 * against this by the spec): what is longer could be stored, but no board could be built over it. Codes of faults are
 * longer in history: no read model sorts or finds by them, and old files write whole lists of failures where we ask for one.
 */
export const TEXT_LIMITS = {
  region: 100,
  county: 100,
  siteName: 200,
  contactName: 100,
  contactPhone: 32,
  address: 500,
  faultDescription: 4_000,
  product: 100,
  assetSerial: 100,
  channel: 50,
  firstContact: 200,
  specialDemands: 2_000,
  technician: 200,
  note: 4_000,
  faultCode: 1_000,
  cause: 4_000,
  correction: 4_000,
  reasonNotFixed: 2_000,
  partNumber: 100,
  partSerial: 100,
  partSource: 200,
  pauseNote: 2_000,
  informedResult: 2_000,
  informedChannel: 50,
  closingNote: 4_000,
} as const;
export type LimitedText = keyof typeof TEXT_LIMITS;

/** The name of a case in its file; no command has one. */
export const KEY_LIMIT = 200;
/** Pieces of one part, and parts of one visit. */
export const MOST_PIECES = 100_000;
export const MOST_PARTS = 200;

/** So much of a text that is too long is told. */
const TOLD = 60;

/** Why a text is too long, and its beginning; undefined for one that keeps to the limit. */
export function tooLong(text: string, limit: number): { readonly reason: string; readonly value: string } | undefined {
  if (text.length <= limit) return undefined;
  const characters = [...text];
  if (characters.length <= limit) return undefined;
  const reason = `expected at most ${limit} characters, found ${characters.length}`;
  return { reason, value: `${characters.slice(0, TOLD).join('')}…` };
}
