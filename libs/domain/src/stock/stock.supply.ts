/** Levels, suggestions and what is on its way. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import type { AcceptSuggestion, CardTerms, DismissSuggestion, SetLevels, StockCommand } from './stock.commands';
import { receiveTransfer, requireQuantity } from './stock.decide';
import type { StockEvent } from './stock.events';
import { stockRefusal } from './stock.refusals';
import { forecastOf, type OpenSuggestion, type StockState } from './stock.state';

type Decision = readonly Decided<StockEvent>[];
type WithTerms<C> = C & { readonly terms: CardTerms };
type SupplyCommand = Extract<
  StockCommand,
  { type: 'SetLevels' | 'AcceptSuggestion' | 'DismissSuggestion' | 'ExpectSupply' | 'ReceiveTransfer' }
>;

export function decideSupply(command: SupplyCommand, state: StockState, context: CommandContext): Decision {
  switch (command.type) {
    case 'SetLevels':
      return setLevels(command);
    case 'AcceptSuggestion':
      return acceptSuggestion(command, state);
    case 'DismissSuggestion':
      return dismissSuggestion(command, state);
    case 'ExpectSupply': {
      const { reference, owner, quantity } = command;
      return [{ type: 'SupplyExpected', data: { reference, owner, quantity } }];
    }
    case 'ReceiveTransfer':
      return receiveTransfer(command, state, context);
    default:
      return command satisfies never;
  }
}

function setLevels({ min, max }: SetLevels): Decision {
  requireQuantity('min', min, 0);
  requireQuantity('max', max, 0);
  if (max < min) throw stockRefusal('stock.levels', { min, max }, { max: `a whole number from ${min}` });
  return [{ type: 'LevelsSet', data: { min, max } }];
}

function requireSuggestion(suggestionId: string, state: StockState): OpenSuggestion {
  if (state.suggestion?.suggestionId === suggestionId) return state.suggestion;
  const number = Number(suggestionId);
  const known = Number.isInteger(number) && number >= 1 && number <= state.suggestions;
  throw stockRefusal(known ? 'suggestion.already-decided' : 'suggestion.unknown', { suggestionId });
}

/** With a depot above, a transfer from there is asked for; else an order is placed with the maker. */
function acceptSuggestion({ suggestionId, transferId }: AcceptSuggestion, state: StockState): Decision {
  const { quantity } = requireSuggestion(suggestionId, state);
  const reference = transferId
    ? ({ kind: 'transfer', id: transferId } as const)
    : ({ kind: 'order', id: suggestionId } as const);
  return [
    { type: 'SuggestionAccepted', data: { suggestionId, quantity, ...(transferId && { transferId }) } },
    { type: 'SupplyExpected', data: { reference, owner: 'own', quantity } },
  ];
}

function dismissSuggestion({ suggestionId, reason, terms }: WithTerms<DismissSuggestion>, state: StockState): Decision {
  requireSuggestion(suggestionId, state);
  const forecast = forecastOf(state);
  const min = (state.levels ?? terms.byMachines)?.min ?? 0;
  return [{ type: 'SuggestionDismissed', data: { suggestionId, forecast, min, ...(reason && { reason }) } }];
}
