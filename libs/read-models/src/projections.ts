import type { PersonalData, Projection } from '@fieldcase/eventsourcing';
import { caseBoardProjection } from './case-board/case-board.projection';
import { depotStockProjection } from './depot-stock/depot-stock.projection';
import { satisfactionProjection } from './satisfaction/satisfaction.projection';
import { slaFactsProjection } from './sla-facts/sla-facts.projection';

/** Every read model that follows the log, in the order in which the CLI lists them. */
export function projections(personal: PersonalData): readonly Projection[] {
  return [caseBoardProjection(personal), slaFactsProjection, depotStockProjection, satisfactionProjection];
}
