/** A transfer between two depots (调拨单, stream `transfer:<id>`). In transit it belongs to neither; received + short = sent. */
import { Rejection, rootOf, streamId, type Decided, type Decider, type RejectionKind } from '@fieldcase/eventsourcing';
import type { StockFollowUp } from './stock.commands';
import { requireQuantity } from './stock.decide';
import { stockStream } from './stock';
import { requireKept } from './stock.serials';
import type { TransferEvent, TransferTerms } from './transfer.events';

export const transferRefusals = {
  'transfer.unknown': 'absent',
  'transfer.same-depot': 'unacceptable',
  'transfer.already-dispatched': 'conflict',
  'transfer.not-dispatched': 'conflict',
  'transfer.already-received': 'conflict',
  'transfer.more-than-sent': 'conflict',
  'transfer.serial-not-sent': 'conflict',
} as const satisfies Record<string, RejectionKind>;
type Code = keyof typeof transferRefusals;

function refusal(code: Code, params: Record<string, unknown> = {}, errors?: Record<string, string>): Rejection {
  return new Rejection(code, transferRefusals[code], params, errors);
}

export type TransferCommand =
  | ({ readonly type: 'RequestTransfer' } & TransferTerms)
  | { readonly type: 'DispatchTransfer'; readonly serials?: readonly string[] }
  | {
      readonly type: 'ReceiveSentTransfer';
      readonly quantity: number;
      readonly reason?: string;
      readonly serials?: readonly string[];
    };

export interface TransferState {
  readonly phase: 'absent' | 'requested' | 'in-transit' | 'received';
  readonly terms: TransferTerms | null;
  readonly serials: readonly string[];
}

export function transferStream(transferId: string): string {
  return streamId('transfer', transferId);
}

export const transferDecider: Decider<TransferCommand, TransferEvent, TransferState> = {
  initialState: { phase: 'absent', terms: null, serials: [] },
  decide(command, state) {
    if (command.type === 'RequestTransfer') return request(command);
    if (state.phase === 'absent' || state.terms === null) throw refusal('transfer.unknown');
    return command.type === 'DispatchTransfer'
      ? dispatch(command, state.phase, state.terms)
      : receive(command, state, state.terms);
  },
  evolve(state, event) {
    switch (event.type) {
      case 'TransferRequested':
        return { ...state, phase: 'requested', terms: event.data };
      case 'TransferDispatched':
        return { ...state, phase: 'in-transit', serials: event.data.serials ?? [] };
      case 'TransferReceived':
        return { ...state, phase: 'received' };
      default:
        event satisfies never;
        return state;
    }
  },
};

function request(command: { readonly type: 'RequestTransfer' } & TransferTerms): Decided<TransferEvent>[] {
  const { type: _, ...terms } = command;
  requireQuantity('quantity', terms.quantity);
  if (terms.from === terms.to) throw refusal('transfer.same-depot', {}, { to: 'another depot' });
  return [{ type: 'TransferRequested', data: terms }];
}

function dispatch(
  { serials }: Extract<TransferCommand, { type: 'DispatchTransfer' }>,
  phase: TransferState['phase'],
  terms: TransferTerms,
): Decided<TransferEvent>[] {
  if (phase !== 'requested') throw refusal('transfer.already-dispatched');
  requireKept(terms.serialised, terms.quantity, serials);
  return [{ type: 'TransferDispatched', data: { ...(serials && { serials }) } }];
}

function receive(
  { quantity, reason, serials }: Extract<TransferCommand, { type: 'ReceiveSentTransfer' }>,
  state: TransferState,
  terms: TransferTerms,
): Decided<TransferEvent>[] {
  if (state.phase === 'received') throw refusal('transfer.already-received');
  if (state.phase !== 'in-transit') throw refusal('transfer.not-dispatched');
  requireQuantity('quantity', quantity, 0);
  const sent = terms.quantity;
  if (quantity > sent) throw refusal('transfer.more-than-sent', { sent }, { quantity: `at most ${sent}` });
  const arrived = terms.serialised && quantity === sent ? (serials ?? state.serials) : serials;
  requireKept(terms.serialised, quantity, arrived);
  const stranger = arrived?.find((serial) => !state.serials.includes(serial));
  if (stranger !== undefined) throw refusal('transfer.serial-not-sent', { serial: stranger });
  const data = { quantity, short: sent - quantity, ...(arrived && { serials: arrived }), ...(reason && { reason }) };
  return [{ type: 'TransferReceived', data }];
}

export interface CardFollowUp {
  readonly streamId: string;
  readonly command: StockFollowUp;
}

/** What a transfer means for the two cards. A clerk who sends reserves at once; what was asked for is found at dispatch. */
export function transferFollowUps(
  transferStreamId: string,
  decided: readonly Decided<TransferEvent>[],
  before: TransferState,
): readonly CardFollowUp[] {
  const reference = { kind: 'transfer', id: rootOf(transferStreamId) } as const;
  return decided.flatMap((event): readonly CardFollowUp[] => {
    const terms = event.type === 'TransferRequested' ? event.data : before.terms;
    if (terms === null) return [];
    const { from, to, partNumber, owner, quantity, suggested } = terms;
    const [source, target] = [stockStream(from, partNumber), stockStream(to, partNumber)];
    switch (event.type) {
      case 'TransferRequested':
        // An accepted suggestion has announced itself on its own card.
        if (suggested) return [];
        return [
          { streamId: source, command: { type: 'ReserveStock', reference, lines: [{ owner, quantity }] } },
          { streamId: target, command: { type: 'ExpectSupply', reference, owner, quantity } },
        ];
      case 'TransferDispatched': {
        const { serials } = event.data;
        const lines = [{ owner, quantity }];
        return [
          { streamId: source, command: { type: 'IssueReserved', reference, lines, ...(serials && { serials }) } },
        ];
      }
      case 'TransferReceived': {
        const { short, serials, reason } = event.data;
        const line = { owner, quantity: event.data.quantity, ...(serials && { serials }) };
        const command = { type: 'ReceiveTransfer', reference, line, short, ...(reason && { reason }) } as const;
        return [{ streamId: target, command }];
      }
      default:
        return event satisfies never;
    }
  });
}
