import type { PublicCaseData, PublicCaseEventName } from '../public-case-events';

const visitId = '0199a1b2-0000-7000-8000-0000000000a1';
const partRequestId = '0199a1b2-0000-7000-8000-000000000001.1';
const clock = { clockId: 'onSiteResponse:-:1', target: 'onSiteResponse' };
const window = { visitId, from: '2026-11-24T01:00:00.000Z', to: '2026-11-24T03:00:00.000Z' };

/** One of each public event of cases. */
export const exampleData: { readonly [N in PublicCaseEventName]: PublicCaseData<N> } = {
  FaultReported: {
    number: '7KM-3RX-4',
    caseType: 'fault',
    priority: 'urgent',
    region: '黑龙江',
    county: '双城区',
    product: 'harvester-4LZ',
    assetSerial: '4LZ-2026-00118',
    depotId: 'depot-shuangcheng',
  },
  CaseTriaged: { faultCode: 'HYD-021', priority: 'urgent', caseType: 'fault', coverage: 'in-warranty' },
  DetailsCorrected: { region: '黑龙江', county: '呼兰区', depotId: null },
  TechnicianDispatched: { visitId, homeDepot: 'van-li' },
  DispatchAccepted: { visitId },
  DispatchDeclined: { visitId },
  DispatchWithdrawn: { visitId },
  AppointmentAgreed: window,
  AppointmentMoved: window,
  TechnicianArrived: { visitId },
  DiagnosisRecorded: { visitId, faultCode: 'HYD-021' },
  VisitCompleted: { visitId, fixed: true, materials: [{ partNumber: 'BELT', quantity: 1 }] },
  CustomerSigned: {},
  CasePaused: { reason: 'waiting-customer', until: '2026-11-26T01:00:00.000Z' },
  CaseResumed: { reasons: ['waiting-customer'] },
  CaseClosed: { resolution: 'repaired' },
  CaseCancelled: {},
  CaseReopened: {},
  CaseMerged: { into: '0199a1b2-0000-7000-8000-000000000002' },
  PartRequested: { partRequestId, partNumber: 'BELT', quantity: 2, promisedAt: '2026-11-25T01:00:00.000Z' },
  PartAllocated: { partRequestId, depotId: 'depot-harbin' },
  PartBackordered: { partRequestId, depotId: 'depot-harbin', quantity: 2 },
  PartShipped: { partRequestId, depotId: 'depot-harbin' },
  PartReceived: { partRequestId, quantity: 2 },
  PartRequestCancelled: { partRequestId, quantity: 2 },
  SlaWarningRaised: { ...clock, percent: 75 },
  SlaBreached: { ...clock, dueAt: '2026-11-24T01:00:00.000Z' },
  BreachVoided: { ...clock, dueAt: '2026-11-24T01:00:00.000Z' },
  ClockExempted: clock,
  RatingSubmitted: { cycle: 1, kind: 'csat', score: 5, via: 'link' },
};
