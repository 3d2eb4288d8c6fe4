import type { Decider, Fact } from '@fieldcase/eventsourcing';
import type { CaseNumbersReserved } from './case-numbers.events';

export interface ReserveCaseNumbers {
  readonly type: 'ReserveCaseNumbers';
  /** >= 1. */
  readonly count: number;
}

/** The first counter that nobody has. */
export interface CaseNumbersState {
  readonly free: number;
}

/** Numbers are unique by construction: a block is reserved at the counter stream's expected version. */
export const caseNumbersDecider: Decider<ReserveCaseNumbers, CaseNumbersReserved, CaseNumbersState> = {
  initialState: { free: 0 },
  decide: (command, state) => [{ type: 'CaseNumbersReserved', data: { from: state.free, count: command.count } }],
  evolve: (_state, event: Fact<CaseNumbersReserved>) => ({ free: event.data.from + event.data.count }),
};
