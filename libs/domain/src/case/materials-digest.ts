import { createHash } from 'node:crypto';
import type { MaterialLine } from './case.events';

/**
 * What the customer signs: SHA-256 (hex, 64 characters) over all material lines of all visits in canonical order,
 * which is by part number, source, serial and quantity in code-unit order. Independent of the order of recording.
 */
export function materialsDigest(lines: readonly MaterialLine[]): string {
  const canonical = lines
    .map(({ partNumber, source, serial, quantity }) => JSON.stringify([partNumber, source, serial ?? null, quantity]))
    .sort();
  return createHash('sha256')
    .update(`[${canonical.join(',')}]`)
    .digest('hex');
}
