import fc from 'fast-check';
import type { Network } from './network';

/** What one of the workers does next; `pick` chooses among what there is by then. */
export type Operation =
  | { readonly kind: 'receive'; readonly depot: string; readonly part: string; readonly quantity: number }
  | { readonly kind: 'count'; readonly depot: string; readonly part: string; readonly counted: number }
  | { readonly kind: 'adjust'; readonly depot: string; readonly part: string; readonly by: number }
  | { readonly kind: 'levels'; readonly depot: string; readonly part: string; readonly min: number }
  | { readonly kind: 'suggestion'; readonly depot: string; readonly part: string; readonly accept: boolean }
  | {
      readonly kind: 'transfer';
      readonly depot: string;
      readonly to: string;
      readonly part: string;
      readonly quantity: number;
    }
  | { readonly kind: 'move-transfer'; readonly pick: number; readonly short: number }
  | { readonly kind: 'use'; readonly technician: string; readonly part: string; readonly quantity: number }
  | { readonly kind: 'request'; readonly pick: number; readonly part: string; readonly quantity: number }
  | { readonly kind: 'step'; readonly pick: number; readonly dice: number; readonly share: number };

/** Most of them carry requests on; some are sure to be refused, and must change nothing then. */
export function operations({ depots, parts, technicians }: Network): fc.Arbitrary<Operation> {
  const card = { depot: fc.constantFrom(...depots), part: fc.constantFrom(...parts) };
  const pick = fc.nat(1_000_000);
  const of = <K extends Operation['kind'], R extends Record<string, fc.Arbitrary<unknown>>>(kind: K, rest: R) =>
    fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<Operation>;
  return fc.oneof(
    { weight: 8, arbitrary: of('receive', { ...card, quantity: fc.integer({ min: 1, max: 8 }) }) },
    { weight: 2, arbitrary: of('count', { ...card, counted: fc.integer({ min: 0, max: 12 }) }) },
    { weight: 2, arbitrary: of('adjust', { ...card, by: fc.integer({ min: -4, max: 3 }) }) },
    { weight: 1, arbitrary: of('levels', { ...card, min: fc.integer({ min: 0, max: 4 }) }) },
    { weight: 1, arbitrary: of('suggestion', { ...card, accept: fc.boolean() }) },
    { weight: 3, arbitrary: of('transfer', { ...card, to: card.depot, quantity: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 6, arbitrary: of('move-transfer', { pick, short: fc.integer({ min: 0, max: 1 }) }) },
    {
      weight: 2,
      arbitrary: of('use', {
        technician: fc.constantFrom(...technicians),
        part: card.part,
        quantity: fc.integer({ min: 1, max: 2 }),
      }),
    },
    { weight: 12, arbitrary: of('request', { pick, part: card.part, quantity: fc.integer({ min: 1, max: 6 }) }) },
    {
      weight: 63,
      arbitrary: of('step', {
        pick,
        dice: fc.integer({ min: 0, max: 99 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
  );
}
