import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { transferDecider, transferFollowUps, type TransferState } from './transfer';
import type { TransferEvent, TransferTerms } from './transfer.events';
import { transfer } from './stock-history.fixture';

const terms: TransferTerms = {
  from: 'lanzhou',
  to: 'gaolan',
  partNumber: 'belt-8',
  owner: 'own',
  quantity: 4,
  serialised: false,
  suggested: false,
};
const spec = DeciderSpec.for(transferDecider);
const requested = (more: Partial<TransferTerms> = {}) =>
  ({ type: 'TransferRequested', data: { ...terms, ...more } }) as const;
const dispatched = (serials?: readonly string[]) =>
  ({ type: 'TransferDispatched', data: { ...(serials && { serials }) } }) as const;
const received = { type: 'TransferReceived', data: { quantity: 4, short: 0 } } as const;
const dispatch = { type: 'DispatchTransfer' } as const;
const receive = { type: 'ReceiveSentTransfer', quantity: 4 } as const;
const four = ['A', 'B', 'C', 'D'];

describe('a transfer', () => {
  it('is asked for, dispatched and received: received + short = sent', () => {
    spec
      .given()
      .when({ type: 'RequestTransfer', ...terms })
      .then(requested());
    spec.given(requested()).when(dispatch).then(dispatched());
    spec.given(requested(), dispatched()).when(receive).then(received);
    spec
      .given(requested(), dispatched())
      .when({ ...receive, quantity: 1, reason: 'box open' })
      .then({ type: 'TransferReceived', data: { quantity: 1, short: 3, reason: 'box open' } });
    spec
      .given(requested(), dispatched())
      .when({ ...receive, quantity: 0 })
      .then({ type: 'TransferReceived', data: { quantity: 0, short: 4 } });
  });

  it('keeps its order', () => {
    spec.given().when(dispatch).thenRejected('transfer.unknown');
    spec.given().when(receive).thenRejected('transfer.unknown');
    spec.given(requested()).when(receive).thenRejected('transfer.not-dispatched');
    spec.given(requested(), dispatched()).when(dispatch).thenRejected('transfer.already-dispatched');
    spec.given(requested(), dispatched(), received).when(receive).thenRejected('transfer.already-received');
    spec.given(requested(), dispatched(), received).when(dispatch).thenRejected('transfer.already-dispatched');
  });

  it('is refused to oneself, for odd quantities, and for more than was sent', () => {
    const ask = { type: 'RequestTransfer', ...terms } as const;
    spec
      .given()
      .when({ ...ask, to: 'lanzhou' })
      .thenRejected('transfer.same-depot', { errors: { to: 'another depot' } });
    for (const quantity of [0, -1, 1.5, 1e18])
      spec
        .given()
        .when({ ...ask, quantity })
        .thenRejected('stock.quantity');
    const under = spec.given(requested(), dispatched());
    under.when({ ...receive, quantity: 5 }).thenRejected('transfer.more-than-sent', { params: { sent: 4 } });
    under.when({ ...receive, quantity: -1 }).thenRejected('stock.quantity');
  });

  it('names the serials that leave, and those that arrive where some are missing', () => {
    const serialised = requested({ serialised: true });
    spec.given(serialised).when(dispatch).thenRejected('stock.serials-required');
    spec
      .given(serialised)
      .when({ ...dispatch, serials: four })
      .then(dispatched(four));
    const under = spec.given(serialised, dispatched(four));
    expect(under.when(receive).decided()[0]?.data).toMatchObject({ serials: four });
    under.when({ ...receive, quantity: 2 }).thenRejected('stock.serials-required');
    under.when({ ...receive, quantity: 1, serials: ['Z'] }).thenRejected('transfer.serial-not-sent', {
      params: { serial: 'Z' },
    });
    expect(under.when({ ...receive, quantity: 1, serials: ['B'] }).decided()[0]?.data).toMatchObject({
      serials: ['B'],
      short: 3,
    });
  });
});

describe('what a transfer means for the two cards', () => {
  const followUps = (event: TransferEvent, more: Partial<TransferTerms> = {}) => {
    const before: TransferState = { phase: 'requested', terms: { ...terms, ...more }, serials: [] };
    return transferFollowUps('transfer:t1', [event], before);
  };
  const [source, target] = ['stock:lanzhou:belt-8', 'stock:gaolan:belt-8'];
  const reference = transfer('t1');

  it('is reserved and expected at once, or where it was suggested only at the dispatch', () => {
    expect(followUps(requested())).toEqual([
      { streamId: source, command: { type: 'ReserveStock', reference, lines: [{ owner: 'own', quantity: 4 }] } },
      { streamId: target, command: { type: 'ExpectSupply', reference, owner: 'own', quantity: 4 } },
    ]);
    expect(followUps(requested({ suggested: true }), { suggested: true })).toEqual([]);
  });

  it('leaves the one, in transit belongs to neither, and arrives at the other', () => {
    const lines = [{ owner: 'own', quantity: 4 }];
    expect(followUps(dispatched(four))).toEqual([
      { streamId: source, command: { type: 'IssueReserved', reference, lines, serials: four } },
    ]);
    const short: TransferEvent = { type: 'TransferReceived', data: { quantity: 3, short: 1, reason: 'box open' } };
    expect(followUps(short)).toEqual([
      {
        streamId: target,
        command: {
          type: 'ReceiveTransfer',
          reference,
          line: { owner: 'own', quantity: 3 },
          short: 1,
          reason: 'box open',
        },
      },
    ]);
  });
});
