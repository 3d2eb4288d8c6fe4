import { nextStep, type CaseView, type PartRequestView, type Step, type VisitView } from './next-step';

const NOW = Date.parse('2026-07-20T02:00:00Z');
const TECHNICIANS = ['demo-technician-2', 'demo-technician-5'];

const reported: CaseView = {
  id: 'case-1',
  version: 1,
  status: 'reported',
  caseType: 'fault',
  product: '联合收割机 4LZ-6.0',
  visits: [],
  materials: [],
  materialsDigest: 'digest-0',
  partRequests: [],
  signature: null,
  customerInformed: null,
  pauses: [],
};
const visit: VisitView = { visitId: 'visit-1', technicianId: 'demo-technician-2', diagnoses: [] };
const diagnosed: VisitView = { ...visit, diagnoses: [{}] };
const request: PartRequestView = {
  partRequestId: 'request-1',
  partNumber: 'DEMO-4LZ-0312',
  quantity: 1,
  status: 'allocated',
  open: true,
  depotId: 'demo-depot-hanshou',
  requestedAt: new Date(NOW - 60_000).toISOString(),
  received: 0,
  consumed: 0,
};
const around = { technicians: TECHNICIANS, now: NOW };
const step = (view: Partial<CaseView>, at = around): Step | undefined => nextStep({ ...reported, ...view }, at);
const said = (view: Partial<CaseView>, at = around): string => {
  const { who, path } = step(view, at) ?? {};
  return who ? `${who.role} ${who.sub} ${path}` : 'waits';
};

describe('the next step to a case', () => {
  it.each<[string, string, Partial<CaseView>]>([
    ['a report is triaged', 'agent demo-agent /cases/case-1/triage', {}],
    ['and taken over', 'agent demo-agent /cases/case-1/owner', { status: 'triaged' }],
    ['then somebody is sent', 'dispatcher demo-dispatcher /cases/case-1/dispatch', { status: 'triaged', owner: 'a' }],
    [
      'an enquiry is answered',
      'agent demo-agent /cases/case-1/close',
      { status: 'triaged', owner: 'a', caseType: 'enquiry' },
    ],
    [
      'an appointment is agreed',
      'technician demo-technician-2 /cases/case-1/visits/visit-1/appointment',
      { status: 'accepted', visits: [visit] },
    ],
    [
      'a paused case goes on with the visit',
      'technician demo-technician-2 /cases/case-1/visits/visit-1/departure',
      { status: 'appointed', visits: [visit], pauses: [{ endedAt: null }] },
    ],
    [
      'he arrives',
      'technician demo-technician-2 /cases/case-1/visits/visit-1/arrival',
      { status: 'travelling', visits: [visit] },
    ],
    [
      'he finds the cause',
      'technician demo-technician-2 /cases/case-1/visits/visit-1/diagnosis',
      { status: 'on-site', visits: [visit] },
    ],
    [
      'the customer is told',
      'agent demo-agent /cases/case-1/customer-informed',
      { status: 'visit-done', visits: [{ ...diagnosed, fixed: true }] },
    ],
    [
      'and signs for materials',
      'technician demo-technician-2 /cases/case-1/signature',
      {
        status: 'visit-done',
        visits: [{ ...diagnosed, fixed: true }],
        materials: [{}],
        customerInformed: { current: true },
      },
    ],
    [
      'then it is closed',
      'agent demo-agent /cases/case-1/close',
      { status: 'visit-done', visits: [{ ...diagnosed, fixed: true }], customerInformed: { current: true } },
    ],
    ['a closed case is left alone', 'waits', { status: 'closed', visits: [diagnosed] }],
  ])('%s', (_, expected, view) => {
    expect(said(view)).toBe(expected);
  });

  it('sends another after a visit that mended nothing, and nobody where there is nobody', () => {
    const view: Partial<CaseView> = {
      status: 'visit-done',
      visits: [{ ...diagnosed, fixed: false }],
      customerInformed: { current: true },
    };
    expect(step(view)?.body).toMatchObject({ technicianId: 'demo-technician-5' });
    expect(step(view, { ...around, technicians: ['demo-technician-2'] })?.body).toMatchObject({
      technicianId: 'demo-technician-2',
    });
    expect(said(view, { ...around, technicians: [] })).toBe('waits');
  });

  it.each<[string, string, Partial<PartRequestView>]>([
    ['is sourced by the system', 'waits', { status: 'requested' }],
    [
      'is acknowledged by its depot',
      'depot-clerk demo-clerk-demo-depot-hanshou /part-requests/request-1/acknowledgement',
      {},
    ],
    [
      'is shipped from his van by the technician',
      'technician demo-technician-2 /part-requests/request-1/shipment',
      { status: 'acknowledged', depotId: 'demo-van-2' },
    ],
    ['is received', 'technician demo-technician-2 /part-requests/request-1/receipt', { status: 'shipped' }],
    [
      'back-ordered, comes to the factory',
      'depot-clerk demo-clerk-demo-depot-factory /depots/demo-depot-factory/stock/DEMO-4LZ-0312/receipts',
      { status: 'backordered', depotId: null },
    ],
    [
      'back-ordered for some minutes, is waited for',
      'waits',
      { status: 'backordered', requestedAt: new Date(NOW - 5 * 60_000).toISOString() },
    ],
    [
      'is given up in the end',
      'dispatcher demo-dispatcher /part-requests/request-1/cancellation',
      { status: 'backordered', requestedAt: new Date(NOW - 11 * 60_000).toISOString() },
    ],
  ])('a part that was asked for %s', (_, expected, part) => {
    expect(said({ status: 'on-site', visits: [diagnosed], partRequests: [{ ...request, ...part }] })).toBe(expected);
  });

  it('books the part that was received, and nothing twice', () => {
    const received = { ...request, status: 'received', received: 1 };
    expect(step({ status: 'on-site', visits: [diagnosed], partRequests: [received] })?.body).toEqual({
      fixed: true,
      materials: [{ partNumber: 'DEMO-4LZ-0312', quantity: 1, source: 'request-1' }],
    });
    const used = { ...received, open: false, consumed: 1 };
    const again = step({ status: 'on-site', visits: [diagnosed], partRequests: [used] });
    expect(again?.body).toMatchObject({ materials: [] });
  });

  it('is the same for the same version, and offers another time a moment later', () => {
    for (let version = 1; version <= 50; version += 1) {
      const view: Partial<CaseView> = { status: 'dispatched', visits: [visit], version };
      expect(step(view)).toEqual(step(view));
    }
    const view: Partial<CaseView> = { status: 'accepted', visits: [visit] };
    expect(step(view)?.body).not.toEqual(step(view, { ...around, now: NOW + 60_000 })?.body);
  });

  it('does now and then what does not go smoothly: a declination, a pause, a visit without the part', () => {
    const versions = Array.from({ length: 100 }, (_, version) => version);
    const paths = (view: Partial<CaseView>) =>
      versions.map((version) =>
        step({ ...view, version, id: `case-${version}` })
          ?.path.split('/')
          .at(-1),
      );
    expect(new Set(paths({ status: 'dispatched', visits: [visit] }))).toEqual(new Set(['acceptance', 'declination']));
    expect(new Set(paths({ status: 'appointed', visits: [visit] }))).toEqual(new Set(['departure', 'pause']));
    const cancelled = [{ ...request, status: 'cancelled', open: false }];
    const fixed = versions.map(
      (version) =>
        step({ status: 'on-site', visits: [diagnosed], partRequests: cancelled, id: `case-${version}` })?.body as {
          fixed: boolean;
        },
    );
    expect(new Set(fixed.map((body) => body.fixed))).toEqual(new Set([true, false]));
  });
});
