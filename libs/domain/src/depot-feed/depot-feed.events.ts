/**
 * What a depot is told of its part requests (stream `depotfeed:<depotId>`, blind appends): the stream's version is the
 * gapless sequence that the depot sees, over HTTP and over Kafka alike. No personal data.
 */
import type { StockLine } from '../stock/stock.events';

/** `moved`: the depot has it no more, since it declined or could not keep its promise. */
export type PartRequestChange =
  | 'placed'
  | 'backordered'
  | 'acknowledged'
  | 'moved'
  | 'cancelled'
  | 'shipped'
  | 'received'
  | 'shortage'
  | 'return-announced'
  | 'return-received';

export type PartRequestNoticed = {
  readonly type: 'PartRequestNoticed';
  readonly data: {
    readonly change: PartRequestChange;
    readonly partRequestId: string;
    readonly caseId: string;
    readonly caseNumber: string;
    readonly partNumber: string;
    readonly quantity: number;
    /** Whose pieces, where the depot has promised or shipped some. */
    readonly lines?: readonly StockLine[];
    /** ISO 8601 UTC. */
    readonly promisedAt: string;
    readonly priority: string;
    /** The technician who receives. */
    readonly technicianId?: string;
  };
};
export type DepotFeedEvent = PartRequestNoticed;

export const depotFeedPersonalFields = { PartRequestNoticed: [] } as const satisfies Record<
  DepotFeedEvent['type'],
  readonly string[]
>;
