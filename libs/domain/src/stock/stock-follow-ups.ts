/** Serials follow the card that takes or gives them. */
import { restOf, rootOf, type Decided } from '@fieldcase/eventsourcing';
import type { StockCounted, StockEvent, StockLine } from './stock.events';
import { ownerStock, type StockState } from './stock.state';
import { serialStream, type SerialCommand } from './serial';

export interface SerialFollowUp {
  readonly streamId: string;
  readonly command: SerialCommand;
}

export function stockFollowUps(
  stockStreamId: string,
  decided: readonly Decided<StockEvent>[],
  before: StockState,
): readonly SerialFollowUp[] {
  const depotId = rootOf(stockStreamId);
  const [partNumber = ''] = restOf(stockStreamId);
  const to = (serial: string, command: SerialCommand): SerialFollowUp => ({
    streamId: serialStream(partNumber, serial),
    command,
  });
  const shelve = (serials: readonly string[], fresh: boolean) =>
    serials.map((serial) => to(serial, { type: 'ShelveSerial', serial, depotId, fresh }));
  const take = (serials: readonly string[], gone: boolean) =>
    serials.map((serial) => to(serial, { type: 'TakeSerial', serial, depotId, gone }));
  const counted = ({ owner, serials: found }: StockCounted['data']): readonly SerialFollowUp[] => {
    if (found === undefined) return [];
    const shown = ownerStock(before, owner).serials;
    const missing = shown.filter((serial) => !found.includes(serial));
    const added = found.filter((serial) => !shown.includes(serial));
    return [...take(missing, true), ...shelve(added, false)];
  };
  return decided.flatMap((event): readonly SerialFollowUp[] => {
    switch (event.type) {
      case 'StockReceived':
        return shelve(serialsOf([event.data.line]), true);
      case 'TransferArrived':
        return shelve(serialsOf([event.data.line]), false);
      case 'StockUseReversed':
        return shelve(serialsOf(event.data.lines), false);
      case 'StockReturned':
        return event.data.condition === 'good' ? shelve(serialsOf(event.data.lines), false) : [];
      case 'StockIssued':
      case 'StockUsed':
        return take(serialsOf(event.data.lines), false);
      case 'StockAdjusted': {
        const { serials = [], by } = event.data;
        return by > 0 ? shelve(serials, true) : take(serials, true);
      }
      case 'StockCounted':
        return counted(event.data);
      default:
        return [];
    }
  });
}

function serialsOf(lines: readonly StockLine[]): readonly string[] {
  return lines.flatMap((line) => line.serials ?? []);
}
