import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  arrived,
  belt,
  closed,
  completed,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  informed,
  isoH,
  li,
  reopened,
  reported,
  travelling,
  wang,
  withdrawn,
  type History,
} from './case-history.fixture';
import type { MaterialLine } from './case.events';
import { materialsDigest } from './materials-digest';

const spec = DeciderSpec.for(caseDecider, wang);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(20), occurredAt: h(hours) });
const given = (...steps: readonly History[]) => spec.given(reported(), dispatched(), ...steps);

describe('StartTravel', () => {
  const travel = { type: 'StartTravel', visitId: 'v1', geo: { lat: 36, lon: 103 } } as const;

  it('says that the technician is on his way, accepted or not', () => {
    given()
      .when(travel)
      .then({ type: 'TravelStarted', data: { visitId: 'v1', geo: { lat: 36, lon: 103 } } });
    expect(given(travelling()).state().visits[0]?.status).toBe('travelling');
  });

  it('is refused twice, after the arrival, before the dispatch, when the visit ended, once closed, and to others', () => {
    given(travelling()).when(travel).thenRejected('visit.already-travelling');
    given(arrived()).when(travel).thenRejected('visit.already-arrived');
    given()
      .when(travel, late(0.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianDispatched' } });
    given(withdrawn()).when(travel, dispatcher).thenRejected('visit.not-open');
    given(arrived(), completed(), closed()).when(travel).thenRejected('case.already-closed');
    given().when(travel, li).thenRejected('case.unknown');
    given().when(travel, agent).thenRejected('visit.not-yours');
  });
});

describe('RecordArrival', () => {
  const arrive = { type: 'RecordArrival', visitId: 'v1' } as const;

  it('is recorded, also long after it happened', () => {
    given()
      .when(arrive, late(1))
      .then({ type: 'TechnicianArrived', data: { visitId: 'v1' } });
    expect(given(arrived(2)).state().visits[0]).toMatchObject({ status: 'on-site', arrivedAt: h(2) });
  });

  it('is refused twice, before the dispatch, when the visit ended or is unknown, once closed, and to others', () => {
    given(arrived()).when(arrive).thenRejected('visit.already-arrived');
    given()
      .when(arrive, late(0.9))
      .thenRejected(outOfOrder, {
        params: { predecessor: 'TechnicianDispatched', notBefore: isoH(1) },
        errors: { occurredAt: `not before ${isoH(1)} (TechnicianDispatched)` },
      });
    given(withdrawn()).when(arrive, dispatcher).thenRejected('visit.not-open');
    given()
      .when({ ...arrive, visitId: 'v9' })
      .thenRejected('visit.unknown');
    given(arrived(), completed(), closed()).when(arrive).thenRejected('case.already-closed');
    given().when(arrive, li).thenRejected('case.unknown');
  });
});

describe('RecordDiagnosis', () => {
  const diagnose = { type: 'RecordDiagnosis', visitId: 'v1', faultCode: 'E17', cause: 'worn belt' } as const;
  const diagnosed = {
    type: 'DiagnosisRecorded',
    data: { visitId: 'v1', faultCode: 'E17', cause: 'worn belt' },
  } as const;

  it('is possible on site, and after completion until the case closes', () => {
    given(arrived()).when(diagnose).then(diagnosed);
    given(arrived(), completed())
      .when({ ...diagnose, correction: 'new belt' })
      .then({ type: 'DiagnosisRecorded', data: { ...diagnosed.data, correction: 'new belt' } });
  });

  it('is refused before the arrival, for a withdrawn visit, once closed, out of order, and to others', () => {
    given().when(diagnose).thenRejected('visit.not-arrived');
    given(arrived(), withdrawn()).when(diagnose, dispatcher).thenRejected('visit.not-open');
    given(arrived(), completed(), closed()).when(diagnose).thenRejected('case.already-closed');
    given(arrived())
      .when(diagnose, late(2))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianArrived' } });
    given(arrived()).when(diagnose, li).thenRejected('case.unknown');
  });
});

describe('CompleteVisit', () => {
  const complete = { type: 'CompleteVisit', visitId: 'v1', fixed: true, materials: [belt] } as const;
  const done = { type: 'VisitCompleted', data: { visitId: 'v1', fixed: true, materials: [belt] } } as const;

  it('records the result and the materials, and that the customer was told where he was', () => {
    given(arrived()).when(complete).then(done);
    given(arrived())
      .when({ ...complete, customerInformed: { result: 'runs again', channel: 'on-site' } })
      .then(done, { type: 'CustomerInformed', data: { result: 'runs again', channel: 'on-site' } });
    expect(given(arrived(), completed({ materials: [belt] })).state().visits[0]?.materials).toEqual([belt]);
  });

  it('needs a reason when the fault is not fixed', () => {
    given(arrived())
      .when({ ...complete, fixed: false })
      .thenRejected('field.required', { errors: { reason: 'why the fault is not fixed' } });
    given(arrived())
      .when({ ...complete, fixed: false, reason: 'part missing' })
      .then({ type: 'VisitCompleted', data: { ...done.data, fixed: false, reason: 'part missing' } });
  });

  it('is refused without arrival, twice, before the arrival, when withdrawn, once closed, and to others', () => {
    given().when(complete).thenRejected('visit.not-arrived');
    given(arrived(), completed())
      .when(complete)
      .thenRejected('visit.not-open', { params: { status: 'completed' } });
    given(arrived())
      .when(complete, late(2.9))
      .thenRejected(outOfOrder, { params: { predecessor: 'TechnicianArrived' } });
    given(withdrawn()).when(complete, dispatcher).thenRejected('visit.not-open');
    given(arrived(), completed(), closed()).when(complete).thenRejected('case.already-closed');
    given(arrived()).when(complete, li).thenRejected('case.unknown');
    given(arrived())
      .when({ ...complete, visitId: 'v9' })
      .thenRejected('visit.unknown');
  });
});

describe('AmendMaterials', () => {
  const amend = { type: 'AmendMaterials', visitId: 'v1', materials: [belt, belt], reason: 'two belts' } as const;
  const amended = {
    type: 'MaterialsAmended',
    data: { visitId: 'v1', materials: [belt, belt], reason: 'two belts' },
  } as const;

  it('replaces the whole list of a completed visit', () => {
    given(arrived(), completed({ materials: [belt] }))
      .when(amend)
      .then(amended);
    const state = given(arrived(), completed({ materials: [belt] }), { ...amended, at: h(5) }).state();
    expect(state.visits[0]?.materials).toEqual([belt, belt]);
  });

  it('is refused before completion, once closed, for a visit of before the reopening, out of order, and to others', () => {
    given(arrived())
      .when(amend)
      .thenRejected('visit.not-completed', { params: { status: 'on-site' } });
    given(arrived(), completed(), closed()).when(amend).thenRejected('case.already-closed');
    given(arrived(), completed(), closed(), reopened()).when(amend).thenRejected('visit.materials-final');
    given(arrived(), completed())
      .when(amend, late(3))
      .thenRejected(outOfOrder, { params: { predecessor: 'VisitCompleted' } });
    given(arrived(), completed()).when(amend, li).thenRejected('case.unknown');
    given()
      .when({ ...amend, visitId: 'v9' })
      .thenRejected('visit.unknown');
  });
});

describe('CaptureSignature', () => {
  const sign = (digest: string) =>
    ({ type: 'CaptureSignature', signerName: '王师傅', materialsDigest: digest }) as const;
  const visited = given(arrived(), completed({ materials: [belt] }));
  const signedFor = (materials: readonly MaterialLine[]): History => ({
    type: 'CustomerSigned',
    data: { materialsDigest: materialsDigest(materials) },
    at: h(5),
  });

  it('signs the material lines of all visits', () => {
    const digest = materialsDigest([belt]);
    visited
      .when(sign(digest))
      .then({ type: 'CustomerSigned', data: { signerName: '王师傅', materialsDigest: digest } });
    const second = [
      informed(),
      dispatched(6, 'v2'),
      arrived(7, 'v2'),
      completed({ visitId: 'v2', materials: [belt] }, 8),
    ];
    given(arrived(), completed({ materials: [belt] }), ...second)
      .when({ ...sign(materialsDigest([belt, belt])), image: 'aGk=' })
      .then({
        type: 'CustomerSigned',
        data: { signerName: '王师傅', materialsDigest: materialsDigest([belt, belt]), image: 'aGk=' },
      });
  });

  it('is refused for other lines than the current, answering the current digest', () => {
    visited.when(sign(materialsDigest([]))).thenRejected('case.materials-changed', {
      params: { materialsDigest: materialsDigest([belt]) },
    });
  });

  it('is refused without a completed visit since the report or reopening, once closed, and out of order', () => {
    const empty = sign(materialsDigest([]));
    given(arrived()).when(empty).thenRejected('case.no-completed-visit');
    given(arrived(), completed(), closed(), reopened()).when(empty).thenRejected('case.no-completed-visit');
    given(arrived(), completed(), closed()).when(empty).thenRejected('case.already-closed');
    given(arrived(), completed()).when(empty, late(3.5)).thenRejected(outOfOrder);
  });

  it('is the latest visit’s technician’s or a dispatcher’s, no agent’s', () => {
    const digest = materialsDigest([belt]);
    visited.when(sign(digest), dispatcher).decided();
    visited.when(sign(digest), li).thenRejected('case.unknown');
    visited.when(sign(digest), agent).thenRejected('case.not-your-visit');
    spec
      .given(reported(), ...fixedVisit, dispatched(6, 'v2', 'li'))
      .when(sign(digest))
      .thenRejected('case.not-your-visit');
  });

  it('no longer counts after amended materials, the same ones again included', () => {
    const amended: History = { type: 'MaterialsAmended', data: { visitId: 'v1', materials: [belt] }, at: h(6) };
    const history = given(arrived(), completed({ materials: [belt] }), signedFor([belt]), informed());
    expect(history.state().signedDigest).toBe(materialsDigest([belt]));
    expect(
      given(arrived(), completed({ materials: [belt] }), signedFor([belt]), amended).state().signedDigest,
    ).toBeNull();
  });

  it('counts after another visit that used nothing, and no longer after one that used something', () => {
    const second = (materials: readonly MaterialLine[]) =>
      given(
        arrived(),
        completed({ materials: [belt] }),
        signedFor([belt]),
        dispatched(6, 'v2'),
        arrived(7, 'v2'),
        completed({ visitId: 'v2', materials }, 8),
        informed(9),
      );
    const close = { type: 'CloseCase', resolution: 'repaired' } as const;
    second([]).when(close).decided();
    second([belt])
      .when(close)
      .thenRejected('case.closing-needs-unmet', { params: { unmet: ['signature'], resolution: 'repaired' } });
  });
});

describe('InformCustomer', () => {
  const inform = { type: 'InformCustomer', result: 'part ordered', channel: 'phone' } as const;
  const told = { type: 'CustomerInformed', data: { result: 'part ordered', channel: 'phone' } } as const;

  it('is an agent’s or the latest visit’s technician’s', () => {
    given(arrived(), completed()).when(inform, agent).then(told);
    given(arrived(), completed()).when(inform, wang).then(told);
    given(arrived(), completed()).when(inform, li).thenRejected('case.unknown');
    spec.given(reported()).when(inform, agent).then(told);
  });

  it('is refused before the last completion or the reopening, and once closed', () => {
    given(arrived(), completed())
      .when(inform, late(3.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'VisitCompleted' } });
    spec
      .given(reported(), closed(), reopened())
      .when(inform, { ...agent, ...late(6.5) })
      .thenRejected(outOfOrder);
    given(arrived(), completed(), closed()).when(inform).thenRejected('case.already-closed');
  });

  it('counts for a completion that was recorded later but happened earlier, not for one at or after it', () => {
    expect(given(arrived(), informed(5), completed({}, 4)).state().informed).toBe(true);
    expect(given(arrived(), informed(4), completed({}, 4)).state().informed).toBe(false);
    expect(given(arrived(), completed({}, 4), informed(4)).state().informed).toBe(true);
  });
});
