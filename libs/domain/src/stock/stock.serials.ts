/** Serial numbers on a shelf. That one is in one place at a time is the serial's own stream's. */
import type { StockLine } from './stock.events';
import { stockRefusal } from './stock.refusals';
import { ownerStock, type StockState } from './stock.state';

/** As many different serials as pieces where the part is serialised, else none. */
export function requireKept(serialised: boolean, quantity: number, serials: readonly string[] | undefined): void {
  if (!serialised) {
    if (serials === undefined || serials.length === 0) return;
    throw stockRefusal('stock.serials-not-kept', {}, { serials: 'absent: this part has no serial numbers' });
  }
  const given = serials ?? [];
  const twice = given.find((serial, index) => given.indexOf(serial) !== index);
  if (twice !== undefined) {
    throw stockRefusal('stock.serial-given-twice', { serial: twice }, { serials: 'each serial number once' });
  }
  if (given.length === quantity) return;
  throw stockRefusal('stock.serials-required', { quantity }, { serials: `${quantity} serial numbers, one per piece` });
}

export function requireKnownSerials(state: StockState, owner: string, serials: readonly string[]): void {
  const shelf = new Set(ownerStock(state, owner).serials);
  const missing = serials.find((serial) => !shelf.has(serial));
  if (missing === undefined) return;
  throw stockRefusal('stock.serial-not-here', { serial: missing, owner }, { serials: 'serial numbers on this shelf' });
}

/** Which serials leave from which owner's pieces. */
export function shareSerials(
  state: StockState,
  lines: readonly StockLine[],
  serials: readonly string[],
): readonly StockLine[] {
  const shared = lines.map((line) => {
    const shelf = new Set(ownerStock(state, line.owner).serials);
    return { ...line, serials: serials.filter((serial) => shelf.has(serial)) };
  });
  const known = new Set(shared.flatMap((line) => line.serials));
  const missing = serials.find((serial) => !known.has(serial));
  const wrong = shared.find((line) => line.serials.length !== line.quantity);
  if (missing === undefined && wrong === undefined) return shared;
  const params = { serial: missing ?? '', owner: wrong?.owner ?? '' };
  throw stockRefusal('stock.serial-not-here', params, {
    serials: lines.map(({ owner, quantity }) => `${quantity} of ${owner} on this shelf`).join(', '),
  });
}
