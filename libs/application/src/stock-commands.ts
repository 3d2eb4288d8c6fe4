import { Rejection } from '@fieldcase/eventsourcing';
import {
  adjustmentStream,
  requireAdjustable,
  stockRefusal,
  stockStream,
  transferStream,
  type AdjustmentState,
  type FollowUp,
  type StockState,
  type TransferState,
} from '@fieldcase/domain';
import type { Depot, Part } from '@fieldcase/domain/events';
import { newId } from './new-id';
import type { AppendDraft } from './append-draft';
import type { CommandRunner } from './command-runner';
import type { CommandAnswer, CommandOptions } from './handle-case';
import type { StockCommandInput } from './handle-stock';
import { metadataOf } from './metadata';
import type { ReferenceData } from './reference-data';
import { StreamTask, type StreamTaskOptions, type StreamTaskPorts } from './stream-task';

type Planned = Pick<StreamTaskOptions, 'main' | 'id' | 'made' | 'resolve' | 'comparedWith' | 'checksRead'>;
type Input<T extends StockCommandInput['type']> = Extract<StockCommandInput, { type: T }>;

/** Public id of a suggestion: its part and its number on that part's card. */
export const suggestionIdOf = (partNumber: string, number: string): string => `${partNumber}.${number}`;

/** Cards, transfers and adjustments, without HTTP: the CommandBus handler, the import and the demo use this. */
export class StockCommands {
  constructor(
    private readonly ports: StreamTaskPorts,
    private readonly runner: CommandRunner,
    private readonly reference: ReferenceData,
    /** Pieces; an adjustment by more waits for a second person. */
    private readonly adjustmentLimit: number,
  ) {}

  /** @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable */
  async handle(command: StockCommandInput, options: CommandOptions): Promise<CommandAnswer> {
    const planned = await this.plan(command);
    return this.runner.run(new StreamTask(this.ports, { ...planned, metadata: metadataOf(options) }), options);
  }

  private plan(command: StockCommandInput): Promise<Planned> | Planned {
    switch (command.type) {
      case 'ReceiveStock':
      case 'CountStock':
      case 'SetLevels':
        return this.onCard(command);
      case 'AdjustStock':
        return this.adjust(command);
      case 'AcceptSuggestion':
        return this.acceptSuggestion(command);
      case 'DismissSuggestion': {
        const { partNumber, number } = suggestionOf(command.suggestionId);
        const { reason } = command;
        const dismissal = { type: 'DismissSuggestion', suggestionId: number, ...(reason && { reason }) } as const;
        return planned(stockStream(command.depotId, partNumber), command.suggestionId, dismissal);
      }
      case 'ApproveAdjustment':
      case 'RefuseAdjustment':
        return this.decideAdjustment(command);
      case 'TransferStock':
        return this.transfer(command);
      case 'DispatchTransfer':
      case 'ReceiveTransfer':
        return moveTransfer(command);
    }
  }

  private async onCard(command: Input<'ReceiveStock' | 'CountStock' | 'SetLevels'>): Promise<Planned> {
    const { depotId, partNumber, ...own } = command;
    const owner = await this.requireCard(depotId, partNumber, 'owner' in own ? own.owner : undefined);
    const complete = own.type === 'SetLevels' ? own : { ...own, owner };
    return planned(stockStream(depotId, partNumber), cardId(depotId, partNumber), complete as FollowUp['command']);
  }

  private async adjust(command: Input<'AdjustStock'>): Promise<Planned> {
    const { depotId, partNumber, type, ...adjustment } = command;
    const owner = await this.requireCard(depotId, partNumber, adjustment.owner);
    const own = { ...adjustment, owner };
    const card = stockStream(depotId, partNumber);
    if (Math.abs(command.by) <= this.adjustmentLimit) {
      return planned(card, cardId(depotId, partNumber), { type, ...own });
    }
    const { serialised = false } = (await this.reference.current()).parts[partNumber] ?? {};
    const adjustmentId = newId();
    const main = adjustmentStream(adjustmentId);
    return {
      main,
      id: adjustmentId,
      made: { adjustmentId },
      // The caller names the card that he has seen; the adjustment is only made by this.
      comparedWith: card,
      checksRead: true,
      resolve: async (draft) => {
        requireAdjustable(own, serialised, await draft.read<StockState>(card));
        return [{ streamId: main, command: { type: 'RequestAdjustment', depotId, partNumber, ...own } }];
      },
    };
  }

  private decideAdjustment(command: Input<'ApproveAdjustment' | 'RefuseAdjustment'>): Planned {
    const { type, adjustmentId, note, depots } = command;
    const main = adjustmentStream(adjustmentId);
    return {
      main,
      id: adjustmentId,
      resolve: async (draft) => {
        const { terms } = await draft.read<AdjustmentState>(main);
        if (terms === null || !speaksFor(depots, terms.depotId)) throw new Rejection('adjustment.unknown', 'absent');
        return [{ streamId: main, command: { type, ...(note === undefined ? {} : { note }) } }];
      },
    };
  }

  private async acceptSuggestion({ depotId, suggestionId }: Input<'AcceptSuggestion'>): Promise<Planned> {
    const { partNumber, number } = suggestionOf(suggestionId);
    const { depots, parts } = await this.reference.current();
    const from = depots[depotId]?.parent;
    const transferId = from === undefined ? undefined : newId();
    const main = stockStream(depotId, partNumber);
    const accept = { type: 'AcceptSuggestion', suggestionId: number, ...(transferId && { transferId }) } as const;
    return {
      main,
      id: suggestionId,
      ...(transferId === undefined ? {} : { made: { transferId } }),
      resolve: async (draft: AppendDraft): Promise<readonly FollowUp[]> => {
        const quantity = (await draft.read<StockState>(main)).suggestion?.quantity;
        const accepted: FollowUp = { streamId: main, command: accept };
        if (from === undefined || transferId === undefined || quantity === undefined) return [accepted];
        const serialised = parts[partNumber]?.serialised ?? false;
        const terms = { from, to: depotId, partNumber, owner: 'own', quantity, serialised, suggested: true };
        return [accepted, { streamId: transferStream(transferId), command: { type: 'RequestTransfer', ...terms } }];
      },
    };
  }

  private async transfer(command: Input<'TransferStock'>): Promise<Planned> {
    const { depotId: from, to, partNumber, quantity } = command;
    const owner = await this.requireCard(from, partNumber, command.owner);
    const { depots, parts } = await this.reference.current();
    if (!depots[to]) throw stockRefusal('depot.target-unknown', { to }, { to: 'the id of a registered depot' });
    const transferId = newId();
    const serialised = parts[partNumber]?.serialised ?? false;
    const terms = { from, to, partNumber, owner, quantity, serialised, suggested: false };
    return {
      ...planned(transferStream(transferId), transferId, { type: 'RequestTransfer', ...terms }),
      made: { transferId },
    };
  }

  /** @returns the owner: our own, or the maker of the part whose pieces are kept here */
  private async requireCard(depotId: string, partNumber: string, owner = 'own'): Promise<string> {
    const { depots, parts } = await this.reference.current();
    const depot: Depot | undefined = depots[depotId];
    const part: Part | undefined = parts[partNumber];
    if (!depot) throw stockRefusal('depot.unknown', { depotId });
    if (!part) throw stockRefusal('stock.part-unknown', { partNumber });
    if (owner === 'own' || owner === part.makerId) return owner;
    const expected = part.makerId === undefined ? 'own' : `own or ${part.makerId}`;
    throw stockRefusal('stock.owner-unknown', { owner }, { owner: expected });
  }
}

function planned(main: string, id: string, command: FollowUp['command']): Planned {
  return { main, id, resolve: () => Promise.resolve([{ streamId: main, command }]) };
}

const cardId = (depotId: string, partNumber: string): string => `${depotId}:${partNumber}`;
const speaksFor = (depots: '*' | readonly string[], depotId: string): boolean =>
  depots === '*' || depots.includes(depotId);

function suggestionOf(suggestionId: string): { readonly partNumber: string; readonly number: string } {
  const at = suggestionId.lastIndexOf('.');
  return { partNumber: suggestionId.slice(0, at), number: suggestionId.slice(at + 1) };
}

/** By the depot that sends or the one that receives; to every other there is no such transfer. */
function moveTransfer(command: Input<'DispatchTransfer' | 'ReceiveTransfer'>): Planned {
  const { transferId, depots, ...move } = command;
  const main = transferStream(transferId);
  return {
    main,
    id: transferId,
    resolve: async (draft) => {
      const { terms } = await draft.read<TransferState>(main);
      const own = move.type === 'DispatchTransfer' ? terms?.from : terms?.to;
      if (own === undefined || !speaksFor(depots, own)) throw new Rejection('transfer.unknown', 'absent');
      const { type: _, ...given } = move;
      const next = move.type === 'DispatchTransfer' ? { type: move.type } : { type: 'ReceiveSentTransfer' as const };
      return [{ streamId: main, command: { ...next, ...given } as FollowUp['command'] }];
    },
  };
}
