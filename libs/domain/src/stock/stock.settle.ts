/** What follows from every change of a card, decided with it: promises that no longer hold, and replenishment. */
import type { Decided } from '@fieldcase/eventsourcing';
import type { CardTerms } from './stock.commands';
import type { ReleaseCause, StockEvent } from './stock.events';
import { forecastOf, ownerStock, reservedOf, type StockState } from './stock.state';

type Decision = readonly Decided<StockEvent>[];

/**
 * Reserved is never more than on hand: the newest reservations go back to sourcing, as wholes. Of these the oldest comes
 * first: it is the first to look for another source.
 */
export function brokenPromises(state: StockState, cause: ReleaseCause): Decision {
  const short = new Map(
    Object.keys(state.owners).map((owner) => [owner, reservedOf(state, owner) - ownerStock(state, owner).onHand]),
  );
  const broken = state.reservations.toReversed().flatMap((reservation): Decided<StockEvent>[] => {
    if (!reservation.lines.some(({ owner }) => (short.get(owner) ?? 0) > 0)) return [];
    for (const { owner, quantity } of reservation.lines) short.set(owner, (short.get(owner) ?? 0) - quantity);
    return [{ type: 'ReservationReleased', data: { ...reservation, cause } }];
  });
  return broken.toReversed();
}

/** One open suggestion at a time; up to `max`, in whole packs. */
export function replenishment(state: StockState, { packSize, byMachines }: CardTerms): Decision {
  const levels = state.levels ?? byMachines;
  const forecast = forecastOf(state);
  const needed = levels !== null && forecast < levels.min;
  if (state.suggestion !== null) {
    const { suggestionId } = state.suggestion;
    return needed ? [] : [{ type: 'SuggestionWithdrawn', data: { suggestionId } }];
  }
  if (!needed || (state.dismissed !== null && forecast >= state.dismissed.forecast)) return [];
  const { min, max } = levels;
  const quantity = Math.ceil((max - forecast) / packSize) * packSize;
  const suggestionId = String(state.suggestions + 1);
  const basis = state.levels ? 'levels' : 'machines';
  return [{ type: 'ReplenishmentSuggested', data: { suggestionId, quantity, forecast, min, max, basis } }];
}
