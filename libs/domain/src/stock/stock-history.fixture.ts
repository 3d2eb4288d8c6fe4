/** Facts of one stock card that specs share. */
import type { Given } from '@fieldcase/eventsourcing/testing';
import type { CardTerms } from './stock.commands';
import type { StockEvent, StockLine, StockReference } from './stock.events';

export type CardHistory = Given<StockEvent>;
export const plain: CardTerms = { serialised: false, packSize: 1, byMachines: null };
export const withSerials: CardTerms = { ...plain, serialised: true };
export const NOON = Date.UTC(2026, 10, 23, 4);
export const MAKER = 'maker-1';

export const own = (quantity: number, serials?: readonly string[]): StockLine => ({
  owner: 'own',
  quantity,
  ...(serials && { serials }),
});
export const maker = (quantity: number): StockLine => ({ owner: MAKER, quantity });
export const request = (id: string): StockReference => ({ kind: 'part-request', id });
export const transfer = (id: string): StockReference => ({ kind: 'transfer', id });

export const came = (line: StockLine = own(10)): CardHistory => ({ type: 'StockReceived', data: { line }, at: NOON });
export const reservedFor = (id: string, ...lines: readonly StockLine[]): CardHistory => ({
  type: 'StockReserved',
  data: { reference: request(id), lines },
  at: NOON,
});
export const expectedFrom = (reference: StockReference, quantity: number): CardHistory => ({
  type: 'SupplyExpected',
  data: { reference, owner: 'own', quantity },
  at: NOON,
});
export const levels = (min: number, max: number): CardHistory => ({
  type: 'LevelsSet',
  data: { min, max },
  at: NOON,
});
