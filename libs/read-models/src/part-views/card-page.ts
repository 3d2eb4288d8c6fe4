/** One page of a stock card: it costs its own length and the events since the card was carried forward, however long it is. */
import type { Language, StockCardRow } from '@fieldcase/contracts';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { initialStockState, type StockState } from '@fieldcase/domain/parts';
import { cursorInvalid, decodeCursor, encodeCursor } from '../cursor';
import { cardAfter, rowsOfEvent, stockCardRows } from './stock-card-view';

export interface CardRows {
  readonly items: readonly StockCardRow[];
  readonly next: string | null;
}

/** Of one card: at most so many events after a version. */
export type ReadCard = (afterVersion: number, limit: number) => Promise<readonly RecordedEvent[]>;

/** The event that a page begins with, and how many of its rows the pages before have shown. */
interface Start {
  readonly version: number;
  readonly shown: number;
}

/** Cards are carried forward every 500 events, give or take what one command writes. */
const SPAN = 550;
/** Not every event has a row: few rows are not worth a round trip each. */
const AT_ONCE = 50;
/** Larger than any stream, and than any event's rows. */
const LARGEST: Start = { version: 2_147_483_647, shown: 1_000 };

/** @throws Rejection `query.cursor-invalid` */
export async function cardPage(
  read: ReadCard,
  { limit, cursor, language }: { readonly limit: number; readonly cursor?: string; readonly language: Language },
): Promise<CardRows> {
  const start = startOf(cursor);
  const before = await cardBefore(start.version, read);
  const end = start.shown + limit;
  // One row more says whether there is a next page, and where it begins.
  const events = await eventsOfRows(end + 1, start.version - 1, read);
  const rows = stockCardRows(events, language, before);
  const following = rows[end];
  return {
    items: rows.slice(start.shown, end),
    next: following === undefined ? null : encodeCursor([following.version, shownOf(following, rows.slice(0, end))]),
  };
}

function startOf(cursor: string | undefined): Start {
  if (cursor === undefined) return { version: 1, shown: 0 };
  const [version, shown] = decodeCursor(cursor, 'nn').map(Number) as [number, number];
  if (version < 1 || version > LARGEST.version || shown < 0 || shown > LARGEST.shown) throw cursorInvalid();
  return { version, shown };
}

const shownOf = ({ version }: StockCardRow, rows: readonly StockCardRow[]): number =>
  rows.filter((row) => row.version === version).length;

async function cardBefore(version: number, read: ReadCard): Promise<StockState> {
  if (version === 1) return initialStockState;
  for (let span = SPAN; ; span *= 2) {
    const after = Math.max(0, version - 1 - span);
    const events = await read(after, version - 1 - after);
    const carried = events.findLastIndex(({ type }) => type === 'StockCarriedForward');
    if (carried >= 0 || after === 0) return cardAfter(events.slice(Math.max(0, carried)));
  }
}

async function eventsOfRows(wanted: number, afterVersion: number, read: ReadCard): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const limit = Math.max(wanted, AT_ONCE);
  for (let rows = 0; rows < wanted;) {
    const more = await read(events.at(-1)?.version ?? afterVersion, limit);
    events.push(...more);
    rows += more.reduce((sum, event) => sum + rowsOfEvent(event), 0);
    if (more.length < limit) break;
  }
  return events;
}
