import type { Fact } from '@fieldcase/eventsourcing';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';

/** An event of `case:<id>` or `clocks:<id>`, as the folds of this library see it. */
export type CaseFact = Fact<CaseEvent | ClockEvent>;
export type FactOf<Type extends CaseFact['type']> = Extract<CaseFact, { type: Type }>;
