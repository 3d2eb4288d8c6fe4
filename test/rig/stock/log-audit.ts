import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { key } from './reference-model';

interface Line {
  readonly owner: string;
  readonly quantity: number;
}
interface Row {
  readonly position: string;
  /** One for all events of an append. */
  readonly at: string;
  readonly depot: string;
  readonly part: string;
  readonly type: string;
  readonly data: {
    readonly line?: Line;
    readonly lines?: readonly Line[];
    readonly owner?: string;
    readonly counted?: number;
    readonly expected?: number;
    readonly by?: number;
    readonly difference?: number;
    readonly condition?: 'good' | 'defective';
  };
}
interface Shelf {
  onHand: number;
  reserved: number;
  defective: number;
}

export interface Audit {
  /** By depot and part, all owners together. */
  readonly shelves: ReadonlyMap<string, { readonly onHand: number; readonly defective: number }>;
  /** What counts and discrepancies brought in beyond what anybody was answered, by depot and part. */
  readonly corrections: ReadonlyMap<string, number>;
  readonly stockEvents: number;
}

/**
 * The log once more by a second, naive reading of the stored rows, owner by owner and event by event: at no time less
 * than nothing on a shelf, at the end of no append more promised than there is, at the end nothing promised at all.
 */
export async function auditLog(pool: Pool): Promise<Audit> {
  const cards = new Map<string, Map<string, Shelf>>();
  const corrections = new Map<string, number>();
  const { rows } = await pool.query<Row>(
    `select position, recorded_at::text as at, split_part(stream_id, ':', 2) as depot,
            split_part(stream_id, ':', 3) as part, type, data
       from fieldcase.events where stream_id like 'stock:%' order by stream_id, version`,
  );
  for (const [index, row] of rows.entries()) {
    const card = key(row.depot, row.part);
    const owners = cards.get(card) ?? new Map<string, Shelf>();
    cards.set(card, owners);
    const corrected = apply(row, (owner) => shelfOf(owners, owner));
    corrections.set(card, (corrections.get(card) ?? 0) + corrected);
    const next = rows[index + 1];
    // What follows from a change stands beside it: promises are broken in the same append.
    const appendEnds = next?.at !== row.at || key(next.depot, next.part) !== card;
    for (const [owner, { onHand, reserved, defective }] of owners) {
      const shelf = `position ${row.position}, ${card} ${owner}`;
      assert.ok(onHand >= 0 && reserved >= 0 && defective >= 0, `${shelf}: less than nothing`);
      if (appendEnds) assert.ok(reserved <= onHand, `${shelf}: more promised than there is`);
    }
  }
  return { shelves: byCard(cards), corrections, stockEvents: rows.length };
}

function byCard(cards: ReadonlyMap<string, ReadonlyMap<string, Shelf>>): Audit['shelves'] {
  const shelves = new Map<string, { onHand: number; defective: number }>();
  for (const [card, owners] of cards) {
    const shelf = { onHand: 0, defective: 0 };
    for (const [owner, each] of owners) {
      assert.equal(each.reserved, 0, `${card} ${owner}: promised to somebody in the end`);
      shelf.onHand += each.onHand;
      shelf.defective += each.defective;
    }
    shelves.set(card, shelf);
  }
  return shelves;
}

/** @returns what the event corrected */
function apply({ type, data }: Row, shelfOfOwner: (owner: string) => Shelf): number {
  const each = (of: (shelf: Shelf, quantity: number) => void): number => {
    for (const { owner, quantity } of data.lines ?? (data.line ? [data.line] : [])) of(shelfOfOwner(owner), quantity);
    return 0;
  };
  const own = shelfOfOwner(data.owner ?? 'own');
  switch (type) {
    case 'StockReceived':
    case 'TransferArrived':
    case 'StockUseReversed':
      return each((shelf, quantity) => (shelf.onHand += quantity));
    case 'StockReturned':
      return each((shelf, quantity) => (shelf[data.condition === 'defective' ? 'defective' : 'onHand'] += quantity));
    case 'StockReserved':
      return each((shelf, quantity) => (shelf.reserved += quantity));
    case 'ReservationReleased':
      return each((shelf, quantity) => (shelf.reserved -= quantity));
    case 'StockUsed':
      return each((shelf, quantity) => (shelf.onHand -= quantity));
    case 'StockIssued':
      return each((shelf, quantity) => {
        shelf.onHand -= quantity;
        shelf.reserved -= quantity;
      });
    case 'StockAdjusted':
      own.onHand += data.by ?? 0;
      return 0;
    case 'StockCounted':
      own.onHand += (data.counted ?? 0) - (data.expected ?? 0);
      return (data.counted ?? 0) - (data.expected ?? 0);
    case 'StockDiscrepancyFound':
      own.onHand += data.difference ?? 0;
      return data.difference ?? 0;
    default:
      return 0;
  }
}

function shelfOf(owners: Map<string, Shelf>, of: string): Shelf {
  const shelf = owners.get(of) ?? { onHand: 0, reserved: 0, defective: 0 };
  owners.set(of, shelf);
  return shelf;
}
