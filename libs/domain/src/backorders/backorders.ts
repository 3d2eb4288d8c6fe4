/**
 * The waiting list of a part. A request joins it in the append that found no stock, and leaves it in the append that
 * serves or cancels it; both check the cards that were looked at, so no receipt can slip between.
 */
import { streamId, type Decided, type Decider } from '@fieldcase/eventsourcing';
import type { Backorder, BackorderEvent } from './backorders.events';

export interface BackordersState {
  /** By the time of joining. */
  readonly waiting: readonly Backorder[];
  readonly since: number;
}

export type BackorderCommand =
  | ({ readonly type: 'QueueBackorder' } & Backorder)
  /** Its case has become urgent, or is so no more. */
  | { readonly type: 'PressBackorder'; readonly partRequestId: string; readonly pressing: boolean }
  | { readonly type: 'LeaveBackorders'; readonly partRequestId: string };

const CARRY_FORWARD_EVERY = 500;

export function backordersStream(partNumber: string): string {
  return streamId('backorders', partNumber);
}

export const backordersDecider: Decider<BackorderCommand, BackorderEvent, BackordersState> = {
  initialState: { waiting: [], since: 0 },
  decide(command, state) {
    const event = decideOwn(command, state);
    if (event === undefined) return [];
    if (state.since + 1 < CARRY_FORWARD_EVERY) return [event];
    const { waiting } = evolve(state, event);
    return [event, { type: 'BackordersCarriedForward', data: { waiting } }];
  },
  evolve,
};

function decideOwn(command: BackorderCommand, { waiting }: BackordersState): Decided<BackorderEvent> | undefined {
  if (command.type === 'QueueBackorder') {
    const { type: _, ...backorder } = command;
    return { type: 'BackorderQueued', data: backorder };
  }
  const { partRequestId } = command;
  const known = waiting.find((backorder) => backorder.partRequestId === partRequestId);
  if (command.type === 'PressBackorder') {
    const { pressing } = command;
    return known && known.pressing !== pressing ? { type: 'BackorderQueued', data: { ...known, pressing } } : undefined;
  }
  return known ? { type: 'BackorderLeft', data: { partRequestId } } : undefined;
}

function evolve(state: BackordersState, event: Decided<BackorderEvent>): BackordersState {
  switch (event.type) {
    case 'BackorderQueued':
      return { waiting: [...without(state, event.data.partRequestId), event.data], since: state.since + 1 };
    case 'BackorderLeft':
      return { waiting: without(state, event.data.partRequestId), since: state.since + 1 };
    case 'BackordersCarriedForward':
      return { waiting: event.data.waiting, since: 0 };
    default:
      event satisfies never;
      return state;
  }
}

function without({ waiting }: BackordersState, partRequestId: string): readonly Backorder[] {
  return waiting.filter((backorder) => backorder.partRequestId !== partRequestId);
}

/** Who is served from this depot, in this order: pressing ones first, then the oldest promise, then who came first. */
/**
 * @param depotId whose stock is to be shared out; all that waits when absent. A request from where there was no depot yet
 * is offered everybody's
 */
export function inOrderOfService({ waiting }: BackordersState, depotId?: string): readonly Backorder[] {
  return waiting
    .filter(({ depots }) => depotId === undefined || depots.length === 0 || depots.includes(depotId))
    .toSorted((a, b) => Number(b.pressing) - Number(a.pressing) || a.promisedAt - b.promisedAt);
}
