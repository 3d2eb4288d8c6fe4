import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  cancelled,
  closed,
  dispatched,
  dispatcher,
  h,
  li,
  reported,
  wang,
  type History,
} from './case-history.fixture';
import {
  allocated,
  asked,
  own,
  partCancelled,
  partConsumed,
  partReceived,
  partReturned,
  R1,
  requested,
  sent,
  shipped,
  split,
} from './part-history.fixture';
import { isAwaited, isOpenRequest } from './part-request';

const spec = DeciderSpec.for(caseDecider, wang);
const unknown = 'part-request.unknown';
const maker = (quantity: number) => ({ owner: 'maker', quantity });
const returnReceived = (lines = [own(1)], condition: 'good' | 'defective' = 'good'): History => ({
  type: 'PartReturnReceived',
  data: { partRequestId: R1, depotId: 'gaolan', lines, condition },
  at: h(7),
});
const short = (quantity: number, child?: string): History => ({
  type: 'PartShortageReported',
  data: { partRequestId: R1, quantity, reason: 'lost', ...(child && { child }) },
  at: h(3),
});
/** Two parts of one request, both on the way. */
const twoSent: readonly History[] = [
  ...asked,
  split([
    [`${R1}.1`, 1],
    [`${R1}.2`, 1],
  ]),
  shipped([own(1)], undefined, `${R1}.1`),
  shipped([own(1)], undefined, `${R1}.2`, 'lanzhou'),
];
const received = (quantity: number, partRequestId = R1) =>
  ({ type: 'PartReceived', data: { partRequestId, quantity } }) as const;

describe('ReceivePart', () => {
  const receive = { type: 'ReceivePart', partRequestId: R1, quantity: 2 } as const;

  it('takes what is on the way, piece by piece or at once', () => {
    spec.given(sent).when(receive).then(received(2));
    spec
      .given(sent, partReceived(1))
      .when({ ...receive, quantity: 1 }, dispatcher)
      .then(received(1));
    const [request] = spec.given(sent, partReceived(2)).state().parts;
    expect(request && [isAwaited(request), isOpenRequest(request)]).toEqual([false, true]);
  });

  it('falls to the parts of a split request, oldest first', () => {
    spec
      .given(twoSent)
      .when(receive)
      .then(received(1, `${R1}.1`), received(1, `${R1}.2`));
    spec
      .given(twoSent)
      .when({ ...receive, quantity: 1 })
      .then(received(1, `${R1}.1`));
    spec
      .given(twoSent)
      .when({ ...receive, partRequestId: `${R1}.2`, quantity: 1 })
      .then(received(1, `${R1}.2`));
  });

  it('is refused for more than was shipped, before the shipment, after a cancellation, and to others', () => {
    const tooMany = { params: { most: 2, quantity: 3 }, errors: { quantity: 'at most 2' } };
    spec
      .given(sent)
      .when({ ...receive, quantity: 3 })
      .thenRejected('part-request.more-than-shipped', tooMany);
    spec.given(sent, partReceived(2)).when(receive).thenRejected('part-request.more-than-shipped');
    spec.given(asked, allocated()).when(receive).thenRejected('part-request.not-shipped');
    spec.given(asked, partCancelled()).when(receive).thenRejected('part-request.cancelled');
    spec
      .given(sent)
      .when({ ...receive, partRequestId: 'c1.7' })
      .thenRejected(unknown);
    spec
      .given(sent)
      .when(receive, { now: h(20), occurredAt: h(2.4) })
      .thenRejected('occurred-at.out-of-order');
    spec.given(sent).when(receive, li).thenRejected('case.unknown');
    spec.given(sent).when(receive, agent).thenRejected('case.not-your-visit');
  });

  it.each([0, -1, 0.5, 1e18])('is refused for %p pieces', (quantity) => {
    spec
      .given(sent)
      .when({ ...receive, quantity })
      .thenRejected('stock.quantity');
  });

  it('goes on when the case was cancelled: what is on its way still arrives', () => {
    spec.given(sent, cancelled()).when(receive, dispatcher).then(received(2));
  });
});

describe('ReportShortage', () => {
  const report = { type: 'ReportShortage', partRequestId: R1, quantity: 1, reason: 'damaged' } as const;

  it('asks for the pieces again, as a part of the request', () => {
    spec
      .given(sent)
      .when(report)
      .then({
        type: 'PartShortageReported',
        data: { partRequestId: R1, quantity: 1, reason: 'damaged', child: `${R1}.1` },
      });
    const [request, child] = spec.given(sent, short(1, `${R1}.1`)).state().parts;
    expect([request?.quantity, child?.quantity, child?.status, child?.parentId]).toEqual([1, 1, 'requested', R1]);
    spec
      .given(sent, short(1, `${R1}.1`))
      .when(report)
      .then({
        type: 'PartShortageReported',
        data: { partRequestId: R1, quantity: 1, reason: 'damaged', child: `${R1}.2` },
      });
  });

  it('asks for nothing where the case was cancelled', () => {
    spec
      .given(sent, cancelled())
      .when(report, dispatcher)
      .then({ type: 'PartShortageReported', data: { partRequestId: R1, quantity: 1, reason: 'damaged' } });
  });

  it('is refused for more than is on the way, and before the shipment', () => {
    spec.given(sent, partReceived(2)).when(report).thenRejected('part-request.more-than-shipped');
    spec.given(asked, allocated()).when(report).thenRejected('part-request.not-shipped');
    spec
      .given(sent)
      .when({ ...report, quantity: 0 })
      .thenRejected('stock.quantity');
  });
});

describe('ConsumePart', () => {
  const consume = { type: 'ConsumePart', partRequestId: R1, quantity: 1 } as const;

  it('takes received pieces', () => {
    spec
      .given(sent, partReceived())
      .when(consume)
      .then({ type: 'PartConsumed', data: { partRequestId: R1, quantity: 1 } });
    const [request] = spec.given(sent, partReceived(), partConsumed(2)).state().parts;
    expect(request && isOpenRequest(request)).toBe(false);
  });

  it('is refused for more than is in hand, and of a closed case', () => {
    spec
      .given(sent, partReceived(1))
      .when({ ...consume, quantity: 2 })
      .thenRejected('part-request.more-than-received');
    spec.given(sent, partReceived(2), partReturned(2)).when(consume).thenRejected('part-request.more-than-received');
    spec.given(sent, partReceived(), closed()).when(consume, dispatcher).thenRejected('case.already-closed');
    spec
      .given(sent, partReceived())
      .when({ ...consume, quantity: 1.5 })
      .thenRejected('stock.quantity');
  });
});

describe('ReturnUnused', () => {
  const giveBack = { type: 'ReturnUnused', partRequestId: R1, quantity: 1, condition: 'good' } as const;
  const serialised = [reported(), dispatched(), requested({ serialised: true }), allocated()];
  const withSerials = [...serialised, shipped([own(2, ['S1', 'S2'])], ['S1', 'S2']), partReceived()];

  it('announces what is sent back; stock rises when the depot has it', () => {
    spec
      .given(sent, partReceived())
      .when(giveBack)
      .then({ type: 'PartReturned', data: { partRequestId: R1, quantity: 1, condition: 'good' } });
    spec
      .given(sent, partReceived(), closed())
      .when({ ...giveBack, condition: 'defective' }, dispatcher)
      .decided();
  });

  it('names serials that were shipped', () => {
    const named = { ...giveBack, serials: ['S2'] };
    expect(spec.given(withSerials).when(named).decided()[0]?.data).toMatchObject({ serials: ['S2'] });
    spec
      .given(withSerials)
      .when({ ...giveBack, serials: ['S9'] })
      .thenRejected('part-request.serial-not-shipped');
    spec
      .given(withSerials)
      .when({ ...giveBack, serials: ['S1', 'S2'] })
      .thenRejected('stock.serials-required');
    spec.given(sent, partReceived()).when(named).thenRejected('stock.serials-not-kept');
  });

  it('is refused for more than is in hand, and for serials of a split request', () => {
    spec
      .given(sent, partReceived(1))
      .when({ ...giveBack, quantity: 2 })
      .thenRejected('part-request.more-than-received');
    spec
      .given(twoSent, partReceived(1, 5, `${R1}.1`), partReceived(1, 5, `${R1}.2`))
      .when({ ...giveBack, quantity: 2, serials: ['S1', 'S2'] })
      .thenRejected('part-request.split');
  });
});

describe('ReceiveReturn', () => {
  const take = { type: 'ReceiveReturn', partRequestId: R1, depotId: 'gaolan', quantity: 1, condition: 'good' } as const;
  const back = (lines: readonly object[]) => expect.objectContaining({ lines, condition: 'good' });

  it('books our own pieces back first: consigned ones were used first', () => {
    const lines = [maker(1), own(1)];
    const given = [...asked, allocated(lines), shipped(lines), partReceived(), partReturned(2)];
    expect(spec.given(given).when(take).decided()[0]?.data).toEqual(back([own(1)]));
    expect(spec.given(given, returnReceived()).when(take).decided()[0]?.data).toEqual(back([maker(1)]));
    expect(
      spec
        .given(given)
        .when({ ...take, quantity: 2 })
        .decided()[0]?.data,
    ).toEqual(back([own(1), maker(1)]));
  });

  it('is the depot’s judgement of the condition, whatever was announced', () => {
    spec
      .given(sent, partReceived(), partReturned(1, 'good'))
      .when({ ...take, condition: 'defective' })
      .then({
        type: 'PartReturnReceived',
        data: { partRequestId: R1, depotId: 'gaolan', lines: [own(1)], condition: 'defective' },
      });
  });

  it('is refused for more than was sent back, to other depots, and before the shipment', () => {
    const given = spec.given(sent, partReceived(), partReturned(1));
    given.when({ ...take, quantity: 2 }).thenRejected('part-request.more-than-returned', { params: { due: 1 } });
    given.when({ ...take, depotId: 'lanzhou' }).thenRejected(unknown);
    given.when({ ...take, quantity: 0 }).thenRejected('stock.quantity');
    spec.given(asked, allocated()).when(take).thenRejected(unknown);
    spec
      .given(sent, partReceived(), partReturned(1), returnReceived())
      .when(take)
      .thenRejected('part-request.more-than-returned');
  });
});
