import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { serialDecider, serialStream } from './serial';
import { stockFollowUps } from './stock-follow-ups';
import type { StockEvent } from './stock.events';
import { evolveStock } from './stock.evolve';
import { initialStockState } from './stock.state';
import { own, request, transfer } from './stock-history.fixture';

const spec = DeciderSpec.for(serialDecider);
const shelved = (depotId: string) => ({ type: 'SerialShelved', data: { depotId } }) as const;
const taken = (depotId: string, out = true) => ({ type: 'SerialTaken', data: { depotId, out } }) as const;
const shelve = { type: 'ShelveSerial', serial: 'S1', depotId: 'gaolan', fresh: true } as const;
const take = { type: 'TakeSerial', serial: 'S1', depotId: 'gaolan', gone: false } as const;

describe('a serial', () => {
  it('is on one shelf at a time', () => {
    spec.given().when(shelve).then(shelved('gaolan'));
    spec
      .given(shelved('lanzhou'))
      .when(shelve)
      .thenRejected('stock.serial-elsewhere', {
        params: { serial: 'S1' },
        errors: { serials: 'S1 is not in stock elsewhere' },
      });
    spec.given(shelved('gaolan')).when(shelve).thenRejected('stock.serial-elsewhere');
  });

  it('that is out in the field comes back, but is not received as new', () => {
    const out = [shelved('lanzhou'), taken('lanzhou')];
    spec.given(out).when(shelve).thenRejected('stock.serial-elsewhere');
    spec
      .given(out)
      .when({ ...shelve, fresh: false })
      .then(shelved('gaolan'));
    spec.given(shelved('lanzhou'), taken('lanzhou', false)).when(shelve).then(shelved('gaolan'));
  });

  it('leaves its own shelf only', () => {
    spec.given(shelved('gaolan')).when(take).then(taken('gaolan'));
    spec
      .given(shelved('gaolan'))
      .when({ ...take, gone: true })
      .then(taken('gaolan', false));
    spec.given(shelved('lanzhou')).when(take).then();
  });
});

describe('serials follow the card', () => {
  const after = (event: StockEvent, shelf: readonly string[] = ['S1', 'S2']) => {
    const before = evolveStock(initialStockState, {
      type: 'StockReceived',
      data: { line: own(shelf.length, shelf) },
    } as never);
    return stockFollowUps('stock:gaolan:pump', [event], before).map(({ streamId, command }) => {
      const { type, depotId: _, serial: __, ...rest } = command;
      return { streamId, type, ...rest };
    });
  };
  const stream = (serial: string) => serialStream('pump', serial);
  const line = own(1, ['S1']);

  it.each<[StockEvent['type'], StockEvent, object]>([
    ['StockReceived', { type: 'StockReceived', data: { line } }, { type: 'ShelveSerial', fresh: true }],
    [
      'TransferArrived',
      { type: 'TransferArrived', data: { reference: transfer('t'), line, short: 0 } },
      { type: 'ShelveSerial', fresh: false },
    ],
    [
      'StockIssued',
      { type: 'StockIssued', data: { reference: request('r'), lines: [line] } },
      { type: 'TakeSerial', gone: false },
    ],
    [
      'StockUsed',
      { type: 'StockUsed', data: { reference: request('r'), caseId: 'c', lines: [line] } },
      { type: 'TakeSerial', gone: false },
    ],
    [
      'StockUseReversed',
      { type: 'StockUseReversed', data: { reference: request('r'), caseId: 'c', lines: [line] } },
      { type: 'ShelveSerial', fresh: false },
    ],
    [
      'StockReturned',
      { type: 'StockReturned', data: { reference: request('r'), lines: [line], condition: 'good' } },
      { type: 'ShelveSerial', fresh: false },
    ],
    [
      'StockAdjusted',
      { type: 'StockAdjusted', data: { owner: 'own', by: -1, serials: ['S1'] } },
      { type: 'TakeSerial', gone: true },
    ],
  ])('%s', (_, event, command) => {
    expect(after(event)).toEqual([{ streamId: stream('S1'), ...command }]);
  });

  it('a count takes what is missing and shelves what was found; defective pieces go to no shelf', () => {
    const counted: StockEvent = {
      type: 'StockCounted',
      data: { owner: 'own', counted: 2, expected: 2, serials: ['S2', 'S3'] },
    };
    expect(after(counted)).toEqual([
      { streamId: stream('S1'), type: 'TakeSerial', gone: true },
      { streamId: stream('S3'), type: 'ShelveSerial', fresh: false },
    ]);
    expect(after({ type: 'StockCounted', data: { owner: 'own', counted: 2, expected: 2 } })).toEqual([]);
    const defective: StockEvent = {
      type: 'StockReturned',
      data: { reference: request('r'), lines: [line], condition: 'defective' },
    };
    expect(after(defective)).toEqual([]);
    const more: StockEvent = { type: 'StockAdjusted', data: { owner: 'own', by: 1, serials: ['S9'] } };
    expect(after(more)).toEqual([{ streamId: stream('S9'), type: 'ShelveSerial', fresh: true }]);
  });
});
