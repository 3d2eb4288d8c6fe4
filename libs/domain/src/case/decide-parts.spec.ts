import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  cancelled,
  closed,
  dispatched,
  dispatcher,
  h,
  isoH,
  li,
  noTargets,
  reported,
  wang,
} from './case-history.fixture';
import {
  acknowledged,
  allocated,
  asked,
  backordered,
  declinedBy,
  own,
  partCancelled,
  R1,
  requested,
  sent,
  split,
} from './part-history.fixture';

const spec = DeciderSpec.for(caseDecider, wang);
const part = { partNumber: 'belt-8', quantity: 2, serialised: false };
const triaged = {
  type: 'CaseTriaged',
  data: { faultCode: 'E17', priority: 'season', caseType: 'fault', coverage: 'in-warranty', sla: noTargets },
  at: h(0.5),
} as const;
const unknown = 'part-request.unknown';

describe('RequestPart', () => {
  const request = { type: 'RequestPart', ...part } as const;

  it('is promised within the policy’s time, to the technician of the visit, from our own stock', () => {
    const { at, ...event } = requested({ promisedAt: isoH(2 + 72) });
    spec
      .given(reported(), dispatched())
      .when(request, { now: h(2) })
      .then(event as never);
    expect(at).toBe(h(2));
  });

  it('is promised when it is needed, and in warranty takes the maker’s pieces first', () => {
    const [event] = spec
      .given(reported(), triaged, dispatched(), requested())
      .when({ ...request, makerId: 'maker-1', neededBy: h(20) }, { ...dispatcher, now: h(3) })
      .decided();
    expect(event?.data).toMatchObject({
      partRequestId: 'c1.2',
      owners: ['maker-1', 'own'],
      neededBy: isoH(20),
      promisedAt: isoH(20),
    });
    const [ours] = spec
      .given(reported(), dispatched())
      .when({ ...request, makerId: 'maker-1' })
      .decided();
    expect(ours?.data).toMatchObject({ owners: ['own'] });
  });

  it.each([0, -1, 1.5, 1_000_001, 1e18, Number.NaN])('is refused for a quantity of %p', (quantity) => {
    spec
      .given(reported(), dispatched())
      .when({ ...request, quantity })
      .thenRejected('stock.quantity', {
        params: { field: 'quantity' },
        errors: { quantity: 'a whole number from 1 to 1000000' },
      });
  });

  it('is refused for the past, of a case that is closed or cancelled, and to others', () => {
    const given = spec.given(reported(), dispatched());
    given.when({ ...request, neededBy: h(1) }, { now: h(2) }).thenRejected('part-request.needed-by-past');
    spec.given(reported(), dispatched(), closed()).when(request, dispatcher).thenRejected('case.already-closed');
    spec.given(reported(), cancelled()).when(request, dispatcher).thenRejected('case.cancelled');
    given.when(request, li).thenRejected('case.unknown');
    given.when(request, agent).thenRejected('case.not-your-visit');
  });
});

describe('SourcePart', () => {
  const source = (depotId: string, ownPieces: number, makers = 0) => ({
    depotId,
    available: { own: ownPieces, maker: makers },
  });
  const from = (...sources: readonly ReturnType<typeof source>[]) =>
    ({ type: 'SourcePart', partRequestId: R1, sources, backorderAt: 'factory' }) as const;

  it('takes the nearest depot that has the whole, the maker’s pieces first where they may serve', () => {
    spec
      .given(asked)
      .when(from(source('van', 1), source('gaolan', 2), source('lanzhou', 9)))
      .then({ type: 'PartAllocated', data: { partRequestId: R1, depotId: 'gaolan', lines: [own(2)] } });
    spec
      .given(reported(), dispatched(), requested({ owners: ['maker', 'own'] }))
      .when(from(source('gaolan', 2, 1)))
      .then({
        type: 'PartAllocated',
        data: { partRequestId: R1, depotId: 'gaolan', lines: [{ owner: 'maker', quantity: 1 }, own(1)] },
      });
  });

  it('splits where nobody has the whole: a part for each source, and one that waits for what is missing', () => {
    spec
      .given(reported(), dispatched(), requested({ quantity: 5 }))
      .when(from(source('van', 1), source('gaolan', 0), source('lanzhou', 2)))
      .then(
        {
          type: 'PartRequestSplit',
          data: {
            partRequestId: R1,
            children: [
              { partRequestId: `${R1}.1`, quantity: 1 },
              { partRequestId: `${R1}.2`, quantity: 2 },
              { partRequestId: `${R1}.3`, quantity: 2 },
            ],
          },
        },
        { type: 'PartAllocated', data: { partRequestId: `${R1}.1`, depotId: 'van', lines: [own(1)] } },
        { type: 'PartAllocated', data: { partRequestId: `${R1}.2`, depotId: 'lanzhou', lines: [own(2)] } },
        {
          type: 'PartBackordered',
          data: { partRequestId: `${R1}.3`, quantity: 2, depotId: 'factory', depots: ['van', 'gaolan', 'lanzhou'] },
        },
      );
  });

  it('waits where nobody has any, once, and has nothing to do for what has a source', () => {
    spec
      .given(asked)
      .when(from(source('gaolan', 0)))
      .then({
        type: 'PartBackordered',
        data: { partRequestId: R1, quantity: 2, depotId: 'factory', depots: ['gaolan'] },
      });
    spec
      .given(asked, backordered())
      .when(from(source('gaolan', 0)))
      .then();
    spec
      .given(asked, allocated())
      .when(from(source('lanzhou', 9)))
      .then();
    spec
      .given(asked)
      .when({ ...from(), partRequestId: 'c1.9' })
      .thenRejected(unknown);
  });

  it('does not ask again who declined, unless stock has come there since', () => {
    const given = spec.given(asked, allocated(), declinedBy());
    expect(given.state().parts[0]).toMatchObject({ status: 'requested', depotId: null, excluded: ['gaolan'] });
    const both = from(source('gaolan', 9), source('lanzhou', 9));
    expect(given.when(both).decided()[0]?.data).toMatchObject({ depotId: 'lanzhou' });
    expect(given.when({ ...both, restocked: 'gaolan' }).decided()[0]?.data).toMatchObject({ depotId: 'gaolan' });
  });

  it('serves what waited, in parts too, which inherit the promise', () => {
    const parts = spec
      .given(
        asked,
        backordered(),
        split([
          [`${R1}.1`, 1],
          [`${R1}.2`, 1],
        ]),
      )
      .state().parts;
    expect(
      parts.map(({ partRequestId, parentId, quantity, status }) => [partRequestId, parentId, quantity, status]),
    ).toEqual([
      [R1, null, 0, 'split'],
      [`${R1}.1`, R1, 1, 'requested'],
      [`${R1}.2`, R1, 1, 'requested'],
    ]);
    expect(parts[2]).toMatchObject({ promisedAt: h(74), technicianId: 'wang', owners: ['own'] });
  });
});

describe('what a depot does with a request', () => {
  const at = { partRequestId: R1, depotId: 'gaolan' } as const;

  it('acknowledges it once, and not what another depot has', () => {
    const acknowledge = { type: 'AcknowledgePartRequest', ...at } as const;
    const given = spec.given(asked, allocated());
    given.when(acknowledge).then({ type: 'PartRequestAcknowledged', data: at });
    spec.given(asked, allocated(), acknowledged()).when(acknowledge).thenRejected('part-request.already-acknowledged');
    given.when({ ...acknowledge, depotId: 'lanzhou' }).thenRejected(unknown);
    given.when({ ...acknowledge, partRequestId: 'c1.7' }).thenRejected(unknown);
    spec.given(asked).when(acknowledge).thenRejected(unknown);
    given.when(acknowledge, { now: h(9), occurredAt: h(1) }).thenRejected('occurred-at.out-of-order');
    const waiting = spec.given(asked, backordered());
    waiting.when({ ...acknowledge, depotId: 'factory' }).thenRejected('part-request.backordered');
  });

  it('declines it, and then it is to be sourced anew', () => {
    const decline = { type: 'DeclinePartRequest', ...at, reason: 'no van today' } as const;
    spec
      .given(asked, allocated(), acknowledged())
      .when(decline)
      .then({ type: 'PartRequestDeclined', data: { ...at, reason: 'no van today' } });
    spec.given(sent).when(decline).thenRejected('part-request.already-shipped');
    spec
      .given(asked, allocated())
      .when({ ...decline, depotId: 'lanzhou' })
      .thenRejected(unknown);
  });

  it('ships it as a whole, with the serial numbers where the part has some', () => {
    const ship = { type: 'ShipPart', ...at, carrier: 'SF', trackingNumber: 'SF1' } as const;
    spec
      .given(asked, allocated())
      .when(ship)
      .then({ type: 'PartShipped', data: { ...at, lines: [own(2)], carrier: 'SF', trackingNumber: 'SF1' } });
    spec.given(sent).when(ship).thenRejected('part-request.already-shipped');
    spec.given(asked, allocated(), partCancelled()).when(ship).thenRejected('part-request.cancelled');
    spec
      .given(asked, allocated())
      .when({ ...ship, serials: ['S1', 'S2'] })
      .thenRejected('stock.serials-not-kept');
    const serialised = spec.given(reported(), dispatched(), requested({ serialised: true }), allocated());
    serialised.when(ship).thenRejected('stock.serials-required', { params: { quantity: 2 } });
    serialised.when({ ...ship, serials: ['S1', 'S1'] }).thenRejected('stock.serial-given-twice');
    expect(serialised.when({ ...ship, serials: ['S1', 'S2'] }).decided()[0]?.data).toMatchObject({
      serials: ['S1', 'S2'],
    });
  });

  it('cannot keep its promise: the request looks for another source, unless it has moved on', () => {
    const broken = { type: 'BreakPartPromise', ...at } as const;
    spec
      .given(asked, allocated(), acknowledged())
      .when(broken)
      .then({ type: 'PartPromiseBroken', data: { ...at, partNumber: 'belt-8' } });
    spec.given(sent).when(broken).then();
    spec
      .given(asked, allocated())
      .when({ ...broken, depotId: 'lanzhou' })
      .then();
    expect(spec.given(asked, allocated(), { type: 'PartPromiseBroken', data: at }).state().parts[0]).toMatchObject({
      status: 'requested',
      excluded: [],
      lines: [],
    });
  });
});
