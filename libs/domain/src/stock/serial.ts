/**
 * Where one serialised piece is (stream `serial:<partNumber>:<serial>`): on one shelf, or out of every shelf. Every card
 * that takes or gives a serial writes it in the same append, so it cannot be in two places.
 */
import { streamId, type Decider } from '@fieldcase/eventsourcing';
import { stockRefusal } from './stock.refusals';
import type { SerialEvent } from './serial.events';

export interface SerialState {
  /** null: on no shelf. */
  readonly depotId: string | null;
  /** It left a shelf for a technician, another depot or a machine. */
  readonly out: boolean;
}

export type SerialCommand =
  /** `fresh`: received as new stock, so it must not be out in the field. */
  | { readonly type: 'ShelveSerial'; readonly serial: string; readonly depotId: string; readonly fresh: boolean }
  | { readonly type: 'TakeSerial'; readonly serial: string; readonly depotId: string; readonly gone: boolean };

export function serialStream(partNumber: string, serial: string): string {
  return streamId('serial', partNumber, serial);
}

export const serialDecider: Decider<SerialCommand, SerialEvent, SerialState> = {
  initialState: { depotId: null, out: false },
  decide(command, state) {
    const { serial, depotId } = command;
    switch (command.type) {
      case 'ShelveSerial':
        if (state.depotId !== null || (command.fresh && state.out)) {
          throw stockRefusal('stock.serial-elsewhere', { serial }, { serials: `${serial} is not in stock elsewhere` });
        }
        return [{ type: 'SerialShelved', data: { depotId } }];
      case 'TakeSerial':
        return state.depotId === depotId ? [{ type: 'SerialTaken', data: { depotId, out: !command.gone } }] : [];
      default:
        return command satisfies never;
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'SerialShelved':
        return { depotId: event.data.depotId, out: false };
      case 'SerialTaken':
        return { depotId: null, out: event.data.out };
      default:
        event satisfies never;
        return state;
    }
  },
};
