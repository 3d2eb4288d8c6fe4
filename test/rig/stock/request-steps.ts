import type { CaseCommandInput } from '@fieldcase/application';
import type { CaseState } from '@fieldcase/domain';
import { DEPOTS } from './office';

type PartRequest = CaseState['parts'][number];

export interface Step {
  readonly command: CaseCommandInput;
  readonly partNumber: string;
  readonly depotId: string;
  readonly quantity: number;
}

/**
 * What somebody may do next with a request (or with a part of it). Small dice take the side ways: declined, cancelled,
 * short, sent back; `dice` 100 leads straight to its end.
 */
export function stepOn(state: CaseState, id: string, dice: number, share: number): Step | undefined {
  const requests = state.parts.filter(({ partRequestId: own }) => own === id || own.startsWith(`${id}.`));
  const movable = requests.filter((request) => commandFor(request, dice, share) !== undefined);
  const request = movable[Math.floor(share * movable.length)] ?? movable.at(-1);
  const command = request && commandFor(request, dice, share);
  if (!command) return undefined;
  const { partNumber, depotId, quantity } = request;
  return { command, partNumber, depotId: depotId ?? '', quantity };
}

/** Pieces that the depot is still to get back. */
const dueBack = ({ returned, takenBack }: PartRequest): number => returned - takenBack.good - takenBack.defective;
const inHand = ({ received, consumed, returned }: PartRequest): number => received - consumed - returned;
const some = (share: number, most: number): number => Math.max(1, Math.ceil(share * most));

function commandFor(request: PartRequest, dice: number, share: number): CaseCommandInput | undefined {
  const { partRequestId, status } = request;
  switch (status) {
    case 'requested':
    case 'backordered':
      return dice < 4 ? { type: 'CancelPartRequest', partRequestId, reason: 'rig' } : undefined;
    case 'allocated':
    case 'acknowledged':
      if (dice < 4) return { type: 'CancelPartRequest', partRequestId, reason: 'rig' };
      if (dice < 10) return { type: 'DeclinePartRequest', partRequestId, depots: DEPOTS, reason: 'rig' };
      if (dice < 50 && status === 'allocated') return { type: 'AcknowledgePartRequest', partRequestId, depots: DEPOTS };
      return { type: 'ShipPart', partRequestId, depots: DEPOTS };
    case 'shipped':
      return afterShipment(request, dice, share);
    default:
      return undefined;
  }
}

function afterShipment(request: PartRequest, dice: number, share: number): CaseCommandInput | undefined {
  const { partRequestId, quantity, received } = request;
  const condition = dice % 2 === 0 ? 'good' : 'defective';
  if (dueBack(request) > 0 && (dice >= 50 || inHand(request) + quantity - received === 0)) {
    const back = some(share, dueBack(request));
    return { type: 'ReceiveReturn', partRequestId, depots: DEPOTS, quantity: back, condition };
  }
  if (inHand(request) > 0 && (dice >= 40 || quantity === received)) {
    const taken = some(share, inHand(request));
    if (dice < 55) return { type: 'ReturnUnused', partRequestId, quantity: taken, condition };
    return { type: 'ConsumePart', partRequestId, quantity: taken };
  }
  if (quantity === received) return undefined;
  const coming = some(share, quantity - received);
  if (dice < 6) return { type: 'ReportShortage', partRequestId, quantity: coming, reason: 'lost' };
  return { type: 'ReceivePart', partRequestId, quantity: coming };
}
