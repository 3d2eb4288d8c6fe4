import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  accepted,
  agent,
  agreed,
  arrived,
  closed,
  completed,
  declined,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  isoH,
  li,
  reopened,
  reported,
  supervisor,
  travelling,
  unfixedVisit,
  wang,
  withdrawn,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, dispatcher);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(20), occurredAt: h(hours) });

describe('DispatchTechnician', () => {
  const dispatch = { type: 'DispatchTechnician', visitId: 'v2', technicianId: 'li', homeDepot: 'd1' } as const;
  const sent = {
    type: 'TechnicianDispatched',
    data: { visitId: 'v2', technicianId: 'li', homeDepot: 'd1', notice: true },
  } as const;

  it('opens a visit with a notice to the technician', () => {
    spec.given(reported()).when(dispatch).then(sent);
    expect(spec.given(reported(), dispatched()).state().visits).toMatchObject([
      { visitId: 'v1', status: 'dispatched' },
    ]);
  });

  it('is the second visit of the same order after a completed one, and possible after a declined or withdrawn one', () => {
    for (const ended of [[arrived(), completed({ fixed: false })], [declined()], [withdrawn()]]) {
      spec
        .given(reported(), dispatched(), ...ended)
        .when(dispatch)
        .then(sent);
    }
  });

  it('is refused while a visit is open, naming it', () => {
    for (const steps of [[], [accepted()], [agreed()], [travelling()], [arrived()]]) {
      spec
        .given(reported(), dispatched(), ...steps)
        .when(dispatch)
        .thenRejected('case.visit-open', { params: { visitId: 'v1', technicianId: 'wang' } });
    }
  });

  it('is refused for an enquiry and once closed', () => {
    spec
      .given(reported({ caseType: 'enquiry' }))
      .when(dispatch)
      .thenRejected('case.enquiry-without-visit');
    spec.given(reported(), closed()).when(dispatch).thenRejected('case.already-closed');
  });

  it('is refused before the report, before the reopening and before the former visit ended', () => {
    spec.given(reported()).when(dispatch, late(-1)).thenRejected(outOfOrder);
    spec.given(reported(), closed(), reopened()).when(dispatch, late(6.5)).thenRejected(outOfOrder);
    spec
      .given(reported(), ...unfixedVisit)
      .when(dispatch, late(3.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'VisitCompleted', notBefore: isoH(4) } });
    spec
      .given(reported(), dispatched(), declined())
      .when(dispatch, late(1.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'DispatchDeclined' } });
    spec
      .given(reported(), dispatched(), withdrawn())
      .when(dispatch, late(1.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'DispatchWithdrawn' } });
  });
});

describe('AcceptDispatch', () => {
  const accept = { type: 'AcceptDispatch', visitId: 'v1' } as const;

  it('is the technician’s, or a dispatcher’s or supervisor’s on his behalf', () => {
    for (const caller of [wang, dispatcher, supervisor]) {
      spec
        .given(reported(), dispatched())
        .when(accept, caller)
        .then({ type: 'DispatchAccepted', data: { visitId: 'v1' } });
    }
  });

  it('is refused to agents, to technicians without a visit here, and to the technician of another visit', () => {
    spec.given(reported(), dispatched()).when(accept, agent).thenRejected('visit.not-yours');
    spec.given(reported(), dispatched()).when(accept, li).thenRejected('case.unknown');
    const second = [...fixedVisit, dispatched(6, 'v2', 'li')];
    spec
      .given(reported(), ...second)
      .when({ ...accept, visitId: 'v2' }, wang)
      .thenRejected('visit.not-yours', { params: { visitId: 'v2' } });
  });

  it('is refused for an unknown visit, a second time, after departure and arrival, and when the visit has ended', () => {
    const given = (...steps: readonly History[]) => spec.given(reported(), dispatched(), ...steps);
    given()
      .when({ ...accept, visitId: 'v9' })
      .thenRejected('visit.unknown', { params: { visitId: 'v9' } });
    given(accepted()).when(accept).thenRejected('visit.already-accepted');
    given(travelling()).when(accept).thenRejected('visit.already-accepted');
    given(arrived()).when(accept).thenRejected('visit.already-accepted');
    given(declined())
      .when(accept)
      .thenRejected('visit.not-open', { params: { status: 'declined' } });
    given(withdrawn())
      .when(accept)
      .thenRejected('visit.not-open', { params: { status: 'withdrawn' } });
    given(arrived(), completed())
      .when(accept)
      .thenRejected('visit.not-open', { params: { status: 'completed' } });
    given(arrived(), completed(), closed()).when(accept).thenRejected('case.already-closed');
    given()
      .when(accept, late(0.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianDispatched' } });
  });
});

describe('DeclineDispatch and WithdrawDispatch', () => {
  const decline = { type: 'DeclineDispatch', visitId: 'v1', reason: 'ill' } as const;
  const withdraw = { type: 'WithdrawDispatch', visitId: 'v1', reason: 'nearer one found' } as const;
  const given = (...steps: readonly History[]) => spec.given(reported(), dispatched(), ...steps);

  it('end the visit with the reason', () => {
    for (const steps of [[], [accepted()], [travelling()]]) {
      given(...steps)
        .when(decline, wang)
        .then({ type: 'DispatchDeclined', data: { visitId: 'v1', reason: 'ill' } });
      given(...steps)
        .when(withdraw)
        .then({ type: 'DispatchWithdrawn', data: { visitId: 'v1', reason: 'nearer one found' } });
    }
    expect(given(declined()).state().visits[0]).toMatchObject({ status: 'declined', endedAt: h(2) });
  });

  it('differ after the arrival: declining is too late, a dispatcher may still withdraw', () => {
    given(arrived()).when(decline).thenRejected('visit.already-arrived');
    given(arrived())
      .when(withdraw)
      .then({ type: 'DispatchWithdrawn', data: { visitId: 'v1', reason: withdraw.reason } });
  });

  it('are refused when the visit has ended or is unknown, once closed, and out of order', () => {
    for (const command of [decline, withdraw]) {
      given(declined()).when(command).thenRejected('visit.not-open');
      given()
        .when({ ...command, visitId: 'v9' })
        .thenRejected('visit.unknown');
      given(declined(), closed()).when(command).thenRejected('case.already-closed');
      given().when(command, late(0.5)).thenRejected(outOfOrder);
    }
    given(arrived())
      .when(withdraw, late(2))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianArrived' } });
    given().when(decline, li).thenRejected('case.unknown');
  });
});
