import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import { agent, arrived, completed, informed, wang, type History } from './case-history.fixture';
import type { MaterialLine, MaterialsBooking } from './case.events';
import { allocated, asked, own, partConsumed, partReceived, R1, sent } from './part-history.fixture';

const spec = DeciderSpec.for(caseDecider, wang);
const line = (source: string, quantity = 1, more: Partial<MaterialLine> = {}): MaterialLine => ({
  partNumber: 'belt-8',
  quantity,
  source,
  ...more,
});
const van = (quantity: number) => ({ depotId: 'van-wang', lines: [{ partNumber: 'belt-8', lines: [own(quantity)] }] });
const booking = (consumed: number, used = 0): MaterialsBooking => ({
  visitId: 'v1',
  used: used === 0 ? [] : [{ depotId: 'van-wang', partNumber: 'belt-8', lines: [own(used)] }],
  consumed: consumed === 0 ? [] : [{ partRequestId: R1, quantity: consumed }],
});
const booked = (consumed: number, used = 0): History => ({ type: 'MaterialsBooked', data: booking(consumed, used) });
const complete = (...materials: readonly MaterialLine[]) =>
  ({ type: 'CompleteVisit', visitId: 'v1', fixed: true, materials }) as const;
const amend = (...materials: readonly MaterialLine[]) =>
  ({ type: 'AmendMaterials', visitId: 'v1', materials, reason: 'wrong' }) as const;
const onSite = spec.given(sent, partReceived(2), arrived(5.5));

describe('what a completion books', () => {
  it('takes lines of the van and of part requests, and nothing for what the customer had', () => {
    const given = complete(line(R1), line('van', 2), line('customer-supplied'));
    expect(onSite.when({ ...given, van: van(2) }).decided()[1]).toEqual({
      type: 'MaterialsBooked',
      data: booking(1, 2),
    });
    expect(
      onSite
        .when(complete(line('customer-supplied')))
        .decided()
        .map(({ type }) => type),
    ).toEqual(['VisitCompleted']);
  });

  it('adds up lines of one source', () => {
    expect(onSite.when(complete(line(R1), line(R1))).decided()[1]?.data).toEqual(booking(2));
    onSite.when(complete(line(R1), line(R1), line(R1))).thenRejected('part-request.more-than-received', {
      params: { most: 2, quantity: 3 },
    });
  });

  it('is refused for unknown sources, other parts, several pieces of one serial, and what was not received', () => {
    onSite.when(complete(line('c1.7'))).thenRejected('part-request.unknown-source', { params: { source: 'c1.7' } });
    onSite.when(complete(line(R1, 1, { partNumber: 'pump' }))).thenRejected('part-request.other-part', {
      params: { partNumber: 'belt-8' },
    });
    onSite.when(complete(line(R1, 2, { serial: 'S1' }))).thenRejected('materials.serial-quantity');
    spec
      .given(asked, allocated(), arrived())
      .when(complete(line(R1)))
      .thenRejected('part-request.more-than-received');
    spec
      .given(sent, partReceived(2), partConsumed(2), arrived(6))
      .when(complete(line(R1)))
      .thenRejected('part-request.more-than-received');
  });
});

describe('what a corrected list books', () => {
  const given = spec.given(sent, partReceived(2), arrived(5.5), completed({ materials: [line(R1, 2)] }, 6), booked(2));

  it('gives back what the earlier one took, and takes its own', () => {
    expect(
      given
        .when(amend(line(R1)))
        .decided()
        .slice(1),
    ).toEqual([
      { type: 'MaterialsBookingReversed', data: booking(2) },
      { type: 'MaterialsBooked', data: booking(1) },
    ]);
    expect(given.when(amend()).decided().slice(1)).toEqual([{ type: 'MaterialsBookingReversed', data: booking(2) }]);
    expect(given.state().parts[0]?.consumed).toBe(2);
  });

  it('books nothing where it takes the same', () => {
    expect(
      given
        .when(amend(line(R1), line(R1)))
        .decided()
        .map(({ type }) => type),
    ).toEqual(['MaterialsAmended']);
  });

  it('may not take more than both together have', () => {
    given.when(amend(line(R1, 3))).thenRejected('part-request.more-than-received');
  });
});

describe('closing', () => {
  const close = { type: 'CloseCase', resolution: 'repaired' } as const;

  it('needs every part request to be over', () => {
    const open = spec.given(sent, partReceived(2), arrived(5.5), completed({}, 6), informed(7));
    open.when(close, agent).thenRejected('case.closing-needs-unmet', {
      errors: { partRequests: 'no part request is open: receive, use, return or cancel what was asked for' },
    });
    spec
      .given(sent, partReceived(2), partConsumed(2), arrived(6), completed({}, 6.5), informed(7))
      .when(close, agent)
      .then({ type: 'CaseClosed', data: { resolution: 'repaired' } });
  });
});
