/** The rows of a card, one per owner: a pure function of its state. */
import { forecastOf, ownerStock, reservedOf, type StockState } from '@fieldcase/domain/parts';

export function stockRowsOf(depotId: string, partNumber: string, state: StockState) {
  const owners = new Set([
    ...Object.keys(state.owners),
    ...state.expected.map(({ owner }) => owner),
    // A card with levels and no piece is one that somebody wants filled.
    ...(state.levels === null ? [] : ['own']),
  ]);
  return [...owners].map((owner) => {
    const { onHand, defective } = ownerStock(state, owner);
    const coming = state.expected.filter((supply) => supply.owner === owner);
    return {
      depot_id: depotId,
      part_number: partNumber,
      owner,
      on_hand: onHand,
      reserved: reservedOf(state, owner),
      defective,
      in_transit: coming.reduce((sum, { quantity }) => sum + quantity, 0),
      count_due: state.countsDue.includes(owner),
      min: state.levels?.min ?? null,
      max: state.levels?.max ?? null,
      forecast: forecastOf(state),
      moved_at: state.movedAt === null ? null : new Date(state.movedAt).toISOString(),
    };
  });
}
