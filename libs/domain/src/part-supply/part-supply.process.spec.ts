import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { partSupply } from './part-supply.process';

const CARD = 'stock:gaolan:belt%3A8';
const event = (streamId: string, type: string, data: object): RecordedEvent =>
  ({ streamId, type, data }) as unknown as RecordedEvent;
const serve = { type: 'ServeBackorders', depotId: 'gaolan', partNumber: 'belt:8' };
const source = (partRequestId: string) => ({ type: 'SourcePart', caseId: 'c1', partRequestId });
const line = { owner: 'own', quantity: 2 };
const of = (id: string, kind = 'part-request') => ({ kind, id });

describe('part supply reacts', () => {
  it.each<[string, RecordedEvent, readonly object[]]>([
    [
      'asked for',
      event('parts:c1', 'PartRequested', { partRequestId: 'c1.1', partNumber: 'belt:8' }),
      [source('c1.1')],
    ],
    ['declined', event('parts:c1', 'PartRequestDeclined', { partRequestId: 'c1.1.2' }), [source('c1.1.2')]],
    ['promise broken', event('parts:c1', 'PartPromiseBroken', { partRequestId: 'c1.1' }), [source('c1.1')]],
    [
      'promise broken, and what is left is for those who wait',
      event('parts:c1', 'PartPromiseBroken', { partRequestId: 'c1.1', depotId: 'gaolan', partNumber: 'belt:8' }),
      [source('c1.1'), serve],
    ],
    [
      'covered otherwise',
      event('case:c1', 'CaseTriaged', { coverage: 'in-warranty' }),
      [{ type: 'SourceWaiting', caseId: 'c1' }],
    ],
    ['triaged without a word of it', event('case:c1', 'CaseTriaged', {}), []],
    [
      'short',
      event('parts:c1', 'PartShortageReported', { partRequestId: 'c1.1', child: 'c1.1.1' }),
      [source('c1.1.1')],
    ],
    ['short, case cancelled', event('parts:c1', 'PartShortageReported', { partRequestId: 'c1.1' }), []],
    ['stock received', event(CARD, 'StockReceived', { line }), [serve]],
    ['use taken back', event(CARD, 'StockUseReversed', { lines: [line] }), [serve]],
    ['returned good', event(CARD, 'StockReturned', { lines: [line], condition: 'good' }), [serve]],
    ['returned defective', event(CARD, 'StockReturned', { lines: [line], condition: 'defective' }), []],
    ['counted more', event(CARD, 'StockCounted', { counted: 3, expected: 2 }), [serve]],
    ['counted less', event(CARD, 'StockCounted', { counted: 1, expected: 2 }), []],
    ['adjusted up', event(CARD, 'StockAdjusted', { by: 1 }), [serve]],
    ['adjusted down', event(CARD, 'StockAdjusted', { by: -1 }), []],
    ['transfer came', event(CARD, 'TransferArrived', { line }), [serve]],
    ['transfer lost', event(CARD, 'TransferArrived', { line: { ...line, quantity: 0 } }), []],
    ['request cancelled', event(CARD, 'ReservationReleased', { reference: of('c1.1'), cause: 'cancelled' }), [serve]],
    ['request declined', event(CARD, 'ReservationReleased', { reference: of('c1.1'), cause: 'declined' }), [serve]],
    [
      'a count took the promise',
      event(CARD, 'ReservationReleased', { reference: of('c1.1'), cause: 'count' }),
      [{ type: 'BreakPartPromise', caseId: 'c1', partRequestId: 'c1.1', depotId: 'gaolan' }],
    ],
    [
      'an adjustment took the promise',
      event(CARD, 'ReservationReleased', { reference: of('c1.1'), cause: 'adjustment' }),
      [{ type: 'BreakPartPromise', caseId: 'c1', partRequestId: 'c1.1', depotId: 'gaolan' }],
    ],
    [
      'a count took a transfer’s',
      event(CARD, 'ReservationReleased', { reference: of('t1', 'transfer'), cause: 'count' }),
      [serve],
    ],
  ])('%s', (_, given, commands) => {
    expect(partSupply.react(given)).toEqual(commands);
    expect(partSupply.eventTypes).toContain(given.type);
  });

  it('to all of a part one after another, since its requests and rises meet on the same cards', () => {
    const request = event('parts:c1', 'PartRequested', { partRequestId: 'c1.1', partNumber: 'belt:8' });
    expect(partSupply.partition(request)).toBe(partSupply.partition(event(CARD, 'StockReceived', { line })));
    expect(partSupply.partition(event('parts:c1', 'PartPromiseBroken', { partRequestId: 'c1.1' }))).toBe('c1');
  });
});
