/** Random movements on the cards of three depots, with transfers between them, against a model of a few lines. */
import { Rejection, type CommandContext, type Decided, type Fact } from '@fieldcase/eventsourcing';
import fc from 'fast-check';
import { stockDecider } from './stock';
import type { StockCommand } from './stock.commands';
import type { StockEvent } from './stock.events';
import { initialStockState, onHandOf, reservedOf, type StockState } from './stock.state';
import { NOON, own, plain, request, transfer } from './stock-history.fixture';

const DEPOTS = ['lanzhou', 'gaolan', 'van'] as const;
type DepotId = (typeof DEPOTS)[number];
type Without<T> = T extends unknown ? Omit<T, 'terms'> : never;

/** What is on the shelves and on the way; everything that ever came in, less what left for good. */
interface Model {
  readonly inTransit: Map<string, { readonly to: DepotId; readonly quantity: number }>;
  balance: number;
}
interface Store {
  readonly cards: Record<DepotId, StockState>;
  now: number;
}

/** @returns false where the card refused */
function tell(store: Store, depotId: DepotId, command: Without<StockCommand>): boolean {
  store.now += 1_000;
  const context: CommandContext = { now: store.now, occurredAt: store.now, actor: 'clerk', roles: ['depot-clerk'] };
  try {
    const decided = stockDecider.decide({ ...command, terms: plain } as StockCommand, store.cards[depotId], context);
    store.cards[depotId] = decided.reduce((state, event) => fold(state, event, context), store.cards[depotId]);
    return true;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return false;
  }
}

function fold(state: StockState, event: Decided<StockEvent>, { occurredAt }: CommandContext): StockState {
  return stockDecider.evolve(state, { ...event, occurredAt: event.occurredAt ?? occurredAt } as Fact<StockEvent>);
}

type Step = (store: Store, model: Model) => void;
const depot = fc.constantFrom(...DEPOTS);
const pieces = fc.integer({ min: 1, max: 9 });
const anId = fc.integer({ min: 1, max: 12 }).map((number) => `r${number}`);

const receive = fc.tuple(depot, pieces).map(([at, quantity]): Step => (store, model) => {
  if (tell(store, at, { type: 'ReceiveStock', quantity, owner: 'own' })) model.balance += quantity;
});
const count = fc.tuple(depot, fc.integer({ min: 0, max: 15 })).map(([at, counted]): Step => (store, model) => {
  const shown = onHandOf(store.cards[at]);
  if (tell(store, at, { type: 'CountStock', counted, owner: 'own' })) model.balance += counted - shown;
});
const adjust = fc.tuple(depot, fc.integer({ min: -9, max: 9 })).map(([at, by]): Step => (store, model) => {
  if (tell(store, at, { type: 'AdjustStock', by, owner: 'own', reason: '' })) model.balance += by;
});
const reserve = fc.tuple(depot, anId, pieces).map(([at, id, quantity]): Step => (store) => {
  const taken = store.cards[at].reservations.some(({ reference }) => reference.id === id);
  if (!taken) tell(store, at, { type: 'ReserveStock', reference: request(id), lines: [own(quantity)] });
});
const release = fc.tuple(depot, anId).map(([at, id]): Step => (store) => {
  tell(store, at, { type: 'ReleaseReservation', reference: request(id), cause: 'cancelled' });
});
const issue = fc.tuple(depot, anId).map(([at, id]): Step => (store, model) => {
  const held = store.cards[at].reservations.find(({ reference }) => reference.id === id);
  const quantity = held?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
  if (tell(store, at, { type: 'IssueReserved', reference: request(id) })) model.balance -= quantity;
});
const use = fc.tuple(depot, pieces).map(([at, quantity]): Step => (store, model) => {
  const shown = onHandOf(store.cards[at]);
  const reference = { kind: 'visit', id: 'v' } as const;
  tell(store, at, { type: 'UseStock', reference, caseId: 'c', lines: [own(quantity)] });
  // What the card did not show was there all the same.
  model.balance += Math.max(0, quantity - shown) - quantity;
});
const takeBack = fc.tuple(depot, pieces).map(([at, quantity]): Step => (store, model) => {
  tell(store, at, { type: 'TakeBack', reference: request('back'), lines: [own(quantity)], condition: 'good' });
  model.balance += quantity;
});
let transfers = 0;
const send = fc.tuple(depot, depot, pieces).map(([from, to, quantity]): Step => (store, model) => {
  const reference = transfer(`t${(transfers += 1)}`);
  if (from === to) return;
  const sent = tell(store, from, { type: 'IssueReserved', reference, lines: [own(quantity)] });
  if (sent) model.inTransit.set(reference.id, { to, quantity });
});
const arrive = fc.nat(3).map((lost): Step => (store, model) => {
  const [id, sent] = [...model.inTransit][0] ?? [];
  if (id === undefined || sent === undefined) return;
  const short = Math.min(lost, sent.quantity);
  const line = own(sent.quantity - short);
  if (!tell(store, sent.to, { type: 'ReceiveTransfer', reference: transfer(id), line, short })) return;
  model.inTransit.delete(id);
  model.balance -= short;
});

const steps = fc.array(
  fc.oneof(receive, receive, count, adjust, reserve, reserve, release, issue, use, takeBack, send, send, arrive),
  { minLength: 20, maxLength: 120 },
);

describe('whatever happens to cards', () => {
  it('on hand >= 0, reserved <= on hand, and no piece is lost or made: in transit belongs to neither', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const empty = (): StockState => initialStockState;
        const store: Store = { cards: { lanzhou: empty(), gaolan: empty(), van: empty() }, now: NOON };
        const model: Model = { inTransit: new Map(), balance: 0 };
        for (const step of all) {
          step(store, model);
          const cards = Object.values(store.cards);
          for (const card of cards) {
            expect(onHandOf(card)).toBeGreaterThanOrEqual(0);
            expect(reservedOf(card, 'own')).toBeLessThanOrEqual(onHandOf(card));
          }
          const onTheWay = [...model.inTransit.values()].reduce((sum, { quantity }) => sum + quantity, 0);
          expect(cards.reduce((sum, card) => sum + onHandOf(card), 0) + onTheWay).toBe(model.balance);
        }
      }),
      { numRuns: 150 },
    );
  });
});
