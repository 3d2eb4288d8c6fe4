import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import type { AgreeAppointment } from './case.commands';
import {
  agent,
  agreed,
  arrived,
  closed,
  completed,
  customerTime,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  informed,
  isoH,
  li,
  reopened,
  reported,
  supervisor,
  unfixedVisit,
  wang,
  withdrawn,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, dispatcher);
const outOfOrder = 'occurred-at.out-of-order';

describe('AgreeAppointment', () => {
  const agree = { type: 'AgreeAppointment', visitId: 'v1', from: h(10), to: h(12), requestedBy: 'us' } as const;
  const data = { visitId: 'v1', from: isoH(10), to: isoH(12), requestedBy: 'us' } as const;
  const given = (...steps: readonly History[]) => spec.given(reported(), dispatched(), ...steps);

  it('is agreed first, by technician, agent or dispatcher', () => {
    for (const caller of [wang, agent, dispatcher]) {
      given().when(agree, caller).then({ type: 'AppointmentAgreed', data });
    }
    given().when(agree, li).thenRejected('case.unknown');
  });

  it('is moved afterwards, which needs a reason', () => {
    given(agreed())
      .when({ ...agree, reason: 'rain' })
      .then({ type: 'AppointmentMoved', data: { ...data, reason: 'rain' } });
    given(agreed())
      .when(agree)
      .thenRejected('appointment.reason-required', { errors: { reason: 'why the appointment is moved' } });
  });

  it('also names the customer’s time when he asked for it, unless exactly that stands', () => {
    const asked: AgreeAppointment = { ...agree, requestedBy: 'customer' };
    const appointment = { type: 'AppointmentAgreed', data: { ...data, requestedBy: 'customer' } } as const;
    given()
      .when(asked)
      .then(appointment, { type: 'CustomerTimeRequested', data: { promise: 1, from: isoH(10), to: isoH(12) } });
    given(customerTime(10, 12, 1.5))
      .when(asked)
      .then(appointment);
    given(customerTime(14, 15, 1.5))
      .when(asked)
      .then(appointment, { type: 'CustomerTimeRequested', data: { promise: 2, from: isoH(10), to: isoH(12) } });
  });

  it('waits after an unfixed visit until the customer was told why', () => {
    const second = [dispatched(), arrived(), completed({ fixed: false }), dispatched(6, 'v2')];
    const again = { ...agree, visitId: 'v2' };
    spec
      .given(reported(), ...second)
      .when(again)
      .thenRejected('case.customer-not-informed', { params: { visitId: 'v1' } });
    spec
      .given(reported(), ...second, informed(7))
      .when(again)
      .then({ type: 'AppointmentAgreed', data: { ...data, visitId: 'v2' } });
    spec
      .given(reported(), ...fixedVisit, dispatched(6, 'v2'))
      .when(again)
      .decided();
    const afterReopening = [...unfixedVisit, closed(), reopened(), dispatched(8, 'v2')];
    spec
      .given(reported(), ...afterReopening)
      .when(again)
      .decided();
  });

  it('may lie outside the time that the customer named: it moves no target, and his time stands', () => {
    given(customerTime(14, 15, 1.5))
      .when(agree, agent)
      .then({ type: 'AppointmentAgreed', data });
    given(customerTime(8, 10, 1.5))
      .when(agree, agent)
      .then({ type: 'AppointmentAgreed', data });
  });

  it('is overridden by dispatchers and supervisors only', () => {
    const override = { reason: 'agreed by telephone' };
    given()
      .when({ ...agree, override }, dispatcher)
      .then({ type: 'AppointmentAgreed', data: { ...data, overrideReason: override.reason } });
    given()
      .when({ ...agree, override }, supervisor)
      .decided();
    for (const other of [agent, wang]) {
      given()
        .when({ ...agree, override }, other)
        .thenRejected('appointment.override-not-allowed');
    }
  });

  it('is refused for a window that is over, unless a dispatcher overrides', () => {
    given()
      .when(agree, { now: h(12) })
      .thenRejected('appointment.past');
    given()
      .when({ ...agree, override: { reason: 'written down late' } }, { now: h(12) })
      .decided();
    given()
      .when(agree, { now: h(11) })
      .decided();
  });

  it('is refused for an empty window and for one of more than seven days, override or not', () => {
    given()
      .when({ ...agree, to: h(10) })
      .thenRejected('window.empty');
    given()
      .when({ ...agree, to: h(10 + 7 * 24) + 1, override: { reason: 'any' } })
      .thenRejected('appointment.too-long');
    given()
      .when({ ...agree, to: h(10 + 7 * 24) })
      .decided();
  });

  it('is refused after the arrival, when the visit has ended or is unknown, and once closed', () => {
    given(arrived()).when(agree).thenRejected('visit.already-arrived');
    given(withdrawn()).when(agree).thenRejected('visit.not-open');
    given()
      .when({ ...agree, visitId: 'v9' })
      .thenRejected('visit.unknown');
    given(withdrawn(), closed()).when(agree).thenRejected('case.already-closed');
  });

  it('is refused before the dispatch and before the appointment that it moves', () => {
    const early = (hours: number) => ({ now: h(5), occurredAt: h(hours) });
    given()
      .when(agree, early(0.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianDispatched' } });
    given(agreed(2))
      .when({ ...agree, reason: 'rain' }, early(1.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'AppointmentAgreed' } });
  });
});
