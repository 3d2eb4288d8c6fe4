import { Rejection, type RecordedEvent } from '@fieldcase/eventsourcing';
import {
  availableOf,
  backordersStream,
  caseOfPartRequest,
  inOrderOfService,
  stockStream,
  type BackordersState,
  type PartSupplyCommand,
  type StockState,
} from '@fieldcase/domain';
import type { PartRequested } from '@fieldcase/domain/events';
import type { CaseCommands } from './case-commands';
import type { FoldedStreams } from './folded-streams';
import type { CaseCommandInput, CommandOptions } from './handle-case';

async function anyOf<T>(items: readonly T[], is: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await is(item)) return true;
  return false;
}

export const PART_SUPPLY_ACTOR = 'part-supply';

/** Carries the part supply's commands out; a refusal is an outcome. */
export class PartSupply {
  constructor(
    private readonly cases: CaseCommands,
    private readonly folded: FoldedStreams,
    private readonly onRefused: (code: string) => void = () => undefined,
  ) {}

  /** @throws what says nothing about the outcome: then it is to be called again. */
  async execute(command: PartSupplyCommand, cause: RecordedEvent, index: number): Promise<void> {
    const name = `${cause.eventId}:${index}`;
    if (command.type === 'ServeBackorders') return this.serve(command, cause, name);
    if (command.type === 'SourceWaiting') return this.sourceWaiting(command.caseId, cause, name);
    const { caseId, ...own } = command;
    if (cause.type === 'PartRequested')
      await this.serveBefore((cause.data as PartRequested['data']).partNumber, cause, name);
    await this.onCase(caseId, own, cause, name);
  }

  /** Stock that has come while nobody looked is for those who wait, before it is for who asks now. */
  private async serveBefore(partNumber: string, cause: RecordedEvent, name: string): Promise<void> {
    const list = (await this.folded.load(backordersStream(partNumber))).state as BackordersState;
    const inStock = new Map<string, Promise<boolean>>();
    const has = (depotId: string): Promise<boolean> => {
      const known = inStock.get(depotId) ?? this.hasStock(depotId, partNumber);
      inStock.set(depotId, known);
      return known;
    };
    for (const { partRequestId, depots } of inOrderOfService(list)) {
      const caseId = caseOfPartRequest(partRequestId);
      if (caseId === undefined || !(await anyOf(depots, has))) continue;
      await this.onCase(caseId, { type: 'SourcePart', partRequestId }, cause, `${name}:${partRequestId}`);
      inStock.clear();
    }
  }

  private async hasStock(depotId: string, partNumber: string): Promise<boolean> {
    const card = (await this.folded.load(stockStream(depotId, partNumber))).state as StockState;
    return Object.keys(card.owners).some((owner) => availableOf(card, owner) > 0);
  }

  private async sourceWaiting(caseId: string, cause: RecordedEvent, name: string): Promise<void> {
    for (const partRequestId of await this.cases.waitingParts(caseId)) {
      await this.onCase(caseId, { type: 'SourcePart', partRequestId }, cause, `${name}:${partRequestId}`);
    }
  }

  /** In the order of service, as long as anything is left: who waits was written with the cards checked. */
  private async serve(
    { depotId, partNumber }: Extract<PartSupplyCommand, { type: 'ServeBackorders' }>,
    cause: RecordedEvent,
    name: string,
  ): Promise<void> {
    const list = (await this.folded.load(backordersStream(partNumber))).state as BackordersState;
    for (const { partRequestId } of inOrderOfService(list, depotId)) {
      if (!(await this.hasStock(depotId, partNumber))) return;
      const caseId = caseOfPartRequest(partRequestId);
      if (caseId === undefined) continue;
      const source = { type: 'SourcePart', partRequestId, restocked: depotId } as const;
      await this.onCase(caseId, source, cause, `${name}:${partRequestId}`);
    }
  }

  private async onCase(caseId: string, command: CaseCommandInput, cause: RecordedEvent, name: string): Promise<void> {
    const options: CommandOptions = {
      actor: PART_SUPPLY_ACTOR,
      roles: ['system'],
      correlationId: cause.metadata.correlationId,
      key: { sub: `process:${PART_SUPPLY_ACTOR}`, key: name, request: JSON.stringify(command) },
    };
    try {
      await this.cases.handle(caseId, command, options);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.onRefused(error.code);
    }
  }
}
