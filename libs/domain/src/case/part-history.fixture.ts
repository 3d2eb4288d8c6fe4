/** Facts of part requests that specs share: two belts asked for by Wang's visit, shipped from the depot in Gaolan. */
import type { CaseEvent } from './case.events';
import { dispatched, h, isoH, reported, type History } from './case-history.fixture';
import type { StockLine } from '../stock/stock.events';

type DataOf<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data'];

export const R1 = 'c1.1';
export const own = (quantity: number, serials?: readonly string[]): StockLine => ({
  owner: 'own',
  quantity,
  ...(serials && { serials }),
});

export const requested = (data: Partial<DataOf<'PartRequested'>> = {}, hours = 2): History => ({
  type: 'PartRequested',
  data: {
    partRequestId: R1,
    partNumber: 'belt-8',
    quantity: 2,
    promisedAt: isoH(hours + 72),
    owners: ['own'],
    serialised: false,
    technicianId: 'wang',
    ...data,
  },
  at: h(hours),
});
export const allocated = (lines: readonly StockLine[] = [own(2)], partRequestId = R1, depotId = 'gaolan'): History => ({
  type: 'PartAllocated',
  data: { partRequestId, depotId, lines },
  at: h(2.1),
});
export const backordered = (quantity = 2, partRequestId = R1): History => ({
  type: 'PartBackordered',
  data: { partRequestId, quantity, depotId: 'factory', depots: ['gaolan', 'factory'] },
  at: h(2.1),
});
export const split = (children: readonly (readonly [id: string, quantity: number])[]): History => ({
  type: 'PartRequestSplit',
  data: {
    partRequestId: R1,
    children: children.map(([partRequestId, quantity]) => ({ partRequestId, quantity })),
  },
  at: h(2.1),
});
export const acknowledged = (partRequestId = R1): History => ({
  type: 'PartRequestAcknowledged',
  data: { partRequestId, depotId: 'gaolan' },
  at: h(2.2),
});
export const declinedBy = (depotId = 'gaolan', partRequestId = R1): History => ({
  type: 'PartRequestDeclined',
  data: { partRequestId, depotId },
  at: h(2.3),
});
export const shipped = (
  lines: readonly StockLine[] = [own(2)],
  serials?: readonly string[],
  partRequestId = R1,
  depotId = 'gaolan',
): History => ({
  type: 'PartShipped',
  data: { partRequestId, depotId, lines, ...(serials && { serials }) },
  at: h(2.5),
});
export const partReceived = (quantity = 2, hours = 5, partRequestId = R1): History => ({
  type: 'PartReceived',
  data: { partRequestId, quantity },
  at: h(hours),
});
export const partConsumed = (quantity = 1): History => ({
  type: 'PartConsumed',
  data: { partRequestId: R1, quantity },
  at: h(6),
});
export const partReturned = (quantity = 1, condition: 'good' | 'defective' = 'good'): History => ({
  type: 'PartReturned',
  data: { partRequestId: R1, quantity, condition },
  at: h(6.5),
});
export const partCancelled = (quantity = 2, partRequestId = R1): History => ({
  type: 'PartRequestCancelled',
  data: { partRequestId, quantity },
  at: h(2.4),
});

/** Wang was sent and asked for the belts. */
export const asked: readonly History[] = [reported(), dispatched(), requested()];
export const sent: readonly History[] = [...asked, allocated(), shipped()];
