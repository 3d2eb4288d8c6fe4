/** A stock card as people read it: every movement and promise in order, with the balance after it. */
import type { Language, StockCardRow } from '@fieldcase/contracts';
import { stockCardSentence } from '@fieldcase/contracts';
import type { Fact, RecordedEvent } from '@fieldcase/eventsourcing';
import type { StockEvent, StockLine } from '@fieldcase/domain/events';
import { evolveStock, initialStockState, ownerStock, reservedOf, type StockState } from '@fieldcase/domain/parts';
import { known } from '../case-views/known';
import { instantText } from '../formatting';

/** `lines`: whose pieces the event speaks of. */
function linesOf({ type, data }: StockEvent): readonly StockLine[] {
  switch (type) {
    case 'StockReceived':
    case 'TransferArrived':
      return [data.line];
    case 'StockReserved':
    case 'ReservationReleased':
    case 'StockIssued':
    case 'StockUsed':
    case 'StockUseReversed':
    case 'StockReturned':
      return data.lines;
    case 'StockCounted':
      return [{ owner: data.owner, quantity: data.counted, ...known({ serials: data.serials }) }];
    case 'StockAdjusted':
      return [{ owner: data.owner, quantity: Math.abs(data.by), ...known({ serials: data.serials }) }];
    case 'StockDiscrepancyFound':
      return [{ owner: data.owner, quantity: data.difference }];
    default:
      return [];
  }
}

const factOf = (event: RecordedEvent): Fact<StockEvent> => event as unknown as Fact<StockEvent>;

/** @param events of one card from its beginning, or from where it was carried forward */
export function cardAfter(events: readonly RecordedEvent[]): StockState {
  return events.map(factOf).reduce(evolveStock, initialStockState);
}

export function rowsOfEvent(event: RecordedEvent): number {
  return linesOf(factOf(event)).length;
}

/**
 * @param events of one card, personal fields as far as the caller may see them
 * @param start the card before the first of them
 */
export function stockCardRows(
  events: readonly RecordedEvent[],
  language: Language,
  start: StockState = initialStockState,
): readonly StockCardRow[] {
  let state = start;
  return events.flatMap((event) => {
    const before = state;
    const fact = factOf(event);
    state = evolveStock(state, fact);
    return linesOf(fact).map((line) => rowOf(event, fact, line, before, state, language));
  });
}

function rowOf(
  event: RecordedEvent,
  fact: Fact<StockEvent>,
  { owner, serials }: StockLine,
  before: StockState,
  after: StockState,
  language: Language,
): StockCardRow {
  const { onHand, defective } = ownerStock(after, owner);
  const data = fact.data as {
    readonly reference?: StockCardRow['reference'];
    readonly reason?: string;
    readonly adjustmentId?: string;
  };
  const adjustment = data.adjustmentId === undefined ? undefined : { kind: 'adjustment', id: data.adjustmentId };
  return {
    version: event.version,
    position: event.position.toString(),
    at: instantText(event.occurredAt),
    recordedAt: instantText(event.recordedAt),
    type: event.type,
    text: stockCardSentence(event.type, event.data as Readonly<Record<string, unknown>>, language),
    owner,
    moved: onHand - ownerStock(before, owner).onHand,
    onHand,
    reserved: reservedOf(after, owner),
    defective,
    ...known({ reference: data.reference ?? adjustment, serials, reason: data.reason || undefined }),
    actor: event.metadata.actor,
  };
}
