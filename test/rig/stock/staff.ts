import { Busy } from '@fieldcase/application';
import { stockStream, type CaseState } from '@fieldcase/domain';
import { Rejection } from '@fieldcase/eventsourcing';
import type { Network } from './network';
import { clerk, DEPOTS, onCase, readCase, reportFault, requestPart, type Office } from './office';
import type { Operation } from './operation';
import type { ReferenceModel } from './reference-model';
import { stepOn } from './request-steps';

const REQUESTS_PER_CASE = 8;
const REMEMBERED = 400;

interface Transfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly part: string;
  readonly quantity: number;
  sent: boolean;
}

/** Everybody who works in the network at once: what they have in hand, and what they were answered. */
export class Staff {
  /** Cases that take requests, and how many each has. */
  readonly cases: { readonly id: string; requests: number }[] = [];
  readonly requests: { readonly id: string; readonly caseId: string }[] = [];
  readonly transfers: Transfer[] = [];
  accepted = 0;
  readonly refused: Record<string, number> = {};

  constructor(
    private readonly office: Office,
    private readonly network: Network,
    private readonly model: ReferenceModel,
  ) {}

  /** One operation as a whole; a refusal is an answer. */
  async carryOut(operation: Operation): Promise<void> {
    try {
      await this.attempt(operation);
      this.accepted += 1;
    } catch (error) {
      const code = error instanceof Rejection ? error.code : error instanceof Busy ? 'busy' : undefined;
      if (code === undefined) throw error;
      this.refused[code] = (this.refused[code] ?? 0) + 1;
    }
  }

  private async attempt(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'request':
        return this.request(operation);
      case 'step':
        return this.step(operation);
      case 'move-transfer':
        return this.moveTransfer(operation);
      case 'use':
        return this.use(operation);
      default:
        return this.onCard(operation);
    }
  }

  private async onCard(
    operation: Extract<Operation, { kind: 'receive' | 'count' | 'adjust' | 'levels' | 'suggestion' | 'transfer' }>,
  ): Promise<void> {
    const { stock } = this.office.application;
    const { depot: depotId, part: partNumber } = operation;
    const card = { depotId, partNumber };
    switch (operation.kind) {
      case 'receive':
        await stock.handle({ type: 'ReceiveStock', ...card, quantity: operation.quantity }, clerk);
        return this.model.move(depotId, partNumber, operation.quantity);
      case 'count':
        await stock.handle({ type: 'CountStock', ...card, counted: operation.counted }, clerk);
        return;
      case 'adjust':
        await stock.handle({ type: 'AdjustStock', ...card, by: operation.by, reason: 'rig' }, clerk);
        return this.model.move(depotId, partNumber, operation.by);
      case 'levels':
        await stock.handle({ type: 'SetLevels', ...card, min: operation.min, max: operation.min * 2 }, clerk);
        return;
      case 'suggestion':
        return this.answerSuggestion(depotId, partNumber, operation.accept);
      case 'transfer': {
        const { to, quantity } = operation;
        const { made } = await stock.handle({ type: 'TransferStock', ...card, to, quantity }, clerk);
        this.remember({ id: made['transferId'] ?? '', from: depotId, to, part: partNumber, quantity, sent: false });
      }
    }
  }

  private async answerSuggestion(depotId: string, partNumber: string, accept: boolean): Promise<void> {
    const events = await this.office.log.store.readStreams([stockStream(depotId, partNumber)]);
    const last = [...events.values()].flat().findLast(({ type }) => type === 'ReplenishmentSuggested');
    if (last === undefined) return;
    const { suggestionId: number, quantity } = last.data as { suggestionId: string; quantity: number };
    const suggestionId = `${partNumber}.${number}`;
    const type = accept ? 'AcceptSuggestion' : 'DismissSuggestion';
    const { made } = await this.office.application.stock.handle({ type, depotId, suggestionId }, clerk);
    const [id, from] = [made['transferId'], await this.parentOf(depotId)];
    if (id && from) this.remember({ id, from, to: depotId, part: partNumber, quantity, sent: false });
  }

  private async parentOf(depotId: string): Promise<string | undefined> {
    return (await this.office.application.referenceData.current()).depots[depotId]?.parent;
  }

  private remember(transfer: Transfer): void {
    this.transfers.push(transfer);
  }

  private async moveTransfer({ pick, short }: Extract<Operation, { kind: 'move-transfer' }>): Promise<void> {
    const transfer = this.transfers[pick % Math.max(1, this.transfers.length)];
    if (transfer) await this.move(transfer, short);
  }

  /** Its next step: out of the one depot, or into the other with `short` pieces less. */
  async move(transfer: Transfer, short: number): Promise<void> {
    const { stock } = this.office.application;
    const { id: transferId, part, quantity } = transfer;
    if (!transfer.sent) {
      await stock.handle({ type: 'DispatchTransfer', transferId, depots: DEPOTS }, clerk);
      transfer.sent = true;
      this.model.move(transfer.from, part, -quantity);
      return this.model.underWay(part, quantity);
    }
    const arrived = Math.max(0, quantity - short);
    await stock.handle({ type: 'ReceiveTransfer', transferId, depots: DEPOTS, quantity: arrived }, clerk);
    this.transfers.splice(this.transfers.indexOf(transfer), 1);
    this.model.move(transfer.to, part, arrived);
    this.model.underWay(part, -quantity);
  }

  /** A visit that takes a part out of the van, whatever its card shows. */
  private async use({ technician, part, quantity }: Extract<Operation, { kind: 'use' }>): Promise<void> {
    const caseId = await reportFault(this.office);
    const dispatch = { type: 'DispatchTechnician', technicianId: technician } as const;
    const visitId = (await onCase(this.office, caseId, dispatch)).made['visitId'] ?? '';
    await onCase(this.office, caseId, { type: 'RecordArrival', visitId });
    const materials = [{ partNumber: part, quantity, source: 'van' }];
    await onCase(this.office, caseId, { type: 'CompleteVisit', visitId, fixed: true, materials });
    this.model.move(technician.replace('tech', 'van'), part, -quantity);
  }

  private async request({ pick, part, quantity }: Extract<Operation, { kind: 'request' }>): Promise<void> {
    const open = this.cases.findLast(({ requests }) => requests < REQUESTS_PER_CASE);
    if (open === undefined) {
      const id = await reportFault(this.office, this.network.counties[pick % this.network.counties.length]);
      this.cases.push({ id, requests: 0 });
      return this.request({ kind: 'request', pick, part, quantity });
    }
    open.requests += 1;
    const id = await requestPart(this.office, open.id, part, quantity);
    this.requests.push({ id, caseId: open.id });
  }

  private async step({ pick, dice, share }: Extract<Operation, { kind: 'step' }>): Promise<void> {
    const recent = this.requests.slice(-REMEMBERED);
    const request = recent[pick % Math.max(1, recent.length)];
    if (!request) return;
    await this.advance(await readCase(this.office, request.caseId), request.id, dice, share);
  }

  /** One step of a request or of one of those that it was split into. */
  async advance(state: CaseState, id: string, dice: number, share: number): Promise<boolean> {
    const step = stepOn(state, id, dice, share);
    if (step === undefined) return false;
    await onCase(this.office, state.caseId, step.command);
    const { partNumber, depotId, command } = step;
    if (command.type === 'ShipPart') this.model.move(depotId, partNumber, -step.quantity);
    if (command.type === 'ReceiveReturn') {
      if (command.condition === 'good') this.model.move(depotId, partNumber, command.quantity);
      else this.model.toDefectiveStore(depotId, partNumber, command.quantity);
    }
    return true;
  }
}
