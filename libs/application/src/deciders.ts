import type { CommandContext, Decided, DomainEvent, Fact } from '@fieldcase/eventsourcing';
import {
  adjustmentDecider,
  backordersDecider,
  caseDecider,
  depotFeedDecider,
  serialDecider,
  stockDecider,
  stockFollowUps,
  surveyDecider,
  technicianWeekDecider,
  transferDecider,
  transferFollowUps,
  adjustmentFollowUps,
  type FollowUp,
} from '@fieldcase/domain';

/** A decider with its types forgotten: which one belongs to a stream is said by the stream's category. */
export interface AnyDecider {
  readonly initialState: unknown;
  decide(command: unknown, state: unknown, context: CommandContext): readonly Decided<DomainEvent>[];
  evolve(state: unknown, event: Fact<DomainEvent>): unknown;
  /** Event types that carry the whole state: a load begins at the last one. */
  readonly carriesForward?: readonly string[];
  /** Needs no state: appended to blindly. */
  readonly blind?: true;
  /** What its events mean for other streams, in the same append. */
  followUps?(
    streamId: string,
    decided: readonly Decided<DomainEvent>[],
    before: unknown,
    after: unknown,
  ): readonly FollowUp[];
}

const any = (decider: unknown, more: Partial<AnyDecider> = {}): AnyDecider => ({ ...(decider as AnyDecider), ...more });

export const deciders: Readonly<Record<string, AnyDecider>> = {
  'technician-week': any(technicianWeekDecider),
  case: any(caseDecider),
  stock: any(stockDecider, {
    carriesForward: ['StockCarriedForward'],
    followUps: stockFollowUps as AnyDecider['followUps'] & object,
  }),
  serial: any(serialDecider),
  survey: any(surveyDecider),
  backorders: any(backordersDecider, { carriesForward: ['BackordersCarriedForward'] }),
  depotfeed: any(depotFeedDecider, { blind: true }),
  transfer: any(transferDecider, { followUps: transferFollowUps as AnyDecider['followUps'] & object }),
  'stock-adjustment': any(adjustmentDecider, { followUps: adjustmentFollowUps as AnyDecider['followUps'] & object }),
};
