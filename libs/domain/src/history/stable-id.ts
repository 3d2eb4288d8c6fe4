import { hash } from 'node:crypto';

/** Namespace of everything that an import names. Never change: ids of imported events derive from it. */
const IMPORT_NAMESPACE = Buffer.from('6f1d2f0a0c5b5b0e9a3c4d5e6f708192', 'hex');

/** UUIDv5 over the parts; the unit separator keeps ('a', 'bc') and ('ab', 'c') apart. */
export function stableId(...parts: readonly (string | number)[]): string {
  const digest = hash('sha1', Buffer.concat([IMPORT_NAMESPACE, Buffer.from(parts.join('\u001f'))]), 'buffer');
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The case that a key of a source names, whatever file it comes from. */
export function historyCaseId(source: string, key: string): string {
  return stableId('case', source, key);
}
