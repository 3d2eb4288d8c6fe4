/** An adjustment above the limit waits for a second person (stream `stock-adjustment:<id>`). */
import { Rejection, rootOf, streamId, type Decided, type Decider, type RejectionKind } from '@fieldcase/eventsourcing';
import type { AdjustmentEvent, AdjustmentTerms } from './adjustment.events';
import { stockStream } from './stock';
import type { AdjustStock } from './stock.commands';

export const adjustmentRefusals = {
  'adjustment.unknown': 'absent',
  'adjustment.already-decided': 'conflict',
  'adjustment.own-request': 'forbidden',
} as const satisfies Record<string, RejectionKind>;

function refusal(code: keyof typeof adjustmentRefusals, params: Record<string, unknown> = {}): Rejection {
  return new Rejection(code, adjustmentRefusals[code], params);
}

export type AdjustmentCommand =
  | ({ readonly type: 'RequestAdjustment' } & AdjustmentTerms)
  | { readonly type: 'ApproveAdjustment'; readonly note?: string }
  | { readonly type: 'RefuseAdjustment'; readonly note?: string };

export interface AdjustmentState {
  readonly phase: 'absent' | 'pending' | 'approved' | 'refused';
  readonly terms: AdjustmentTerms | null;
  readonly requestedBy: string;
}

export function adjustmentStream(adjustmentId: string): string {
  return streamId('stock-adjustment', adjustmentId);
}

export const adjustmentDecider: Decider<AdjustmentCommand, AdjustmentEvent, AdjustmentState> = {
  initialState: { phase: 'absent', terms: null, requestedBy: '' },
  decide(command, state, context): readonly Decided<AdjustmentEvent>[] {
    if (command.type === 'RequestAdjustment') {
      const { type: _, ...terms } = command;
      return [{ type: 'AdjustmentRequested', data: terms }];
    }
    if (state.phase === 'absent') throw refusal('adjustment.unknown');
    if (state.phase !== 'pending') throw refusal('adjustment.already-decided', { state: state.phase });
    if (state.requestedBy === context.actor) throw refusal('adjustment.own-request');
    const data = command.note === undefined ? {} : { note: command.note };
    return [{ type: command.type === 'ApproveAdjustment' ? 'AdjustmentApproved' : 'AdjustmentRefused', data }];
  },
  evolve(state, event) {
    switch (event.type) {
      case 'AdjustmentRequested':
        return { phase: 'pending', terms: event.data, requestedBy: event.metadata.actor };
      case 'AdjustmentApproved':
        return { ...state, phase: 'approved' };
      case 'AdjustmentRefused':
        return { ...state, phase: 'refused' };
      default:
        event satisfies never;
        return state;
    }
  },
};

/** Approved, it is booked on the card in the same append; the card may still refuse it. */
export function adjustmentFollowUps(
  adjustmentStreamId: string,
  decided: readonly Decided<AdjustmentEvent>[],
  { terms }: AdjustmentState,
): readonly { readonly streamId: string; readonly command: AdjustStock }[] {
  if (terms === null || !decided.some(({ type }) => type === 'AdjustmentApproved')) return [];
  const { depotId, partNumber, ...adjustment } = terms;
  const adjustmentId = rootOf(adjustmentStreamId);
  const command: AdjustStock = { type: 'AdjustStock', ...adjustment, reason: '', adjustmentId };
  return [{ streamId: stockStream(depotId, partNumber), command }];
}
