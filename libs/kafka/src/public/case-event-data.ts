/**
 * From an event of the log to what is published of it: every member is named here, so that nothing gets out by being added
 * to an event. A member that is absent in the log is absent in public.
 */
import type { PublicCaseData, PublicCaseEventName } from '@fieldcase/contracts';
import type { CaseEvent, ClockEvent, MaterialLine, SurveyEvent } from '@fieldcase/domain/events';

type Source = CaseEvent | ClockEvent | SurveyEvent;
type DataOf<N extends string> = Extract<Source, { readonly type: N }>['data'];

function only<T extends object, K extends keyof T>(data: T, ...members: readonly K[]): Pick<T, K> {
  const known = members.filter((member) => data[member] !== undefined);
  return Object.fromEntries(known.map((member) => [member, data[member]])) as Pick<T, K>;
}

const visit = (data: { readonly visitId: string }) => only(data, 'visitId');
const window = (data: DataOf<'AppointmentAgreed'>) => only(data, 'visitId', 'from', 'to');
const material = (line: MaterialLine) => only(line, 'partNumber', 'quantity');
const nothing = () => ({});

const publicData: { readonly [N in PublicCaseEventName]: (data: DataOf<N>) => PublicCaseData<N> } = {
  FaultReported: (data) => ({
    ...only(data, 'number', 'caseType', 'priority', 'region', 'county', 'product', 'assetSerial'),
    ...only(data, 'depotId', 'followUpOf'),
  }),
  CaseTriaged: (data) => only(data, 'faultCode', 'priority', 'caseType', 'coverage'),
  DetailsCorrected: ({ changes }) =>
    only(changes, 'region', 'county', 'product', 'assetSerial', 'priority', 'followUpOf', 'depotId'),
  TechnicianDispatched: (data) => only(data, 'visitId', 'homeDepot'),
  DispatchAccepted: visit,
  DispatchDeclined: visit,
  DispatchWithdrawn: visit,
  AppointmentAgreed: window,
  AppointmentMoved: window,
  TechnicianArrived: visit,
  DiagnosisRecorded: (data) => only(data, 'visitId', 'faultCode'),
  VisitCompleted: ({ materials, ...data }) => ({
    ...only(data, 'visitId', 'fixed'),
    materials: materials.map(material),
  }),
  CustomerSigned: nothing,
  CasePaused: (data) => only(data, 'reason', 'until'),
  CaseResumed: ({ reasons }) => ({ reasons: [...reasons] }),
  CaseClosed: (data) => only(data, 'resolution'),
  CaseCancelled: nothing,
  CaseReopened: nothing,
  CaseMerged: (data) => only(data, 'into'),
  PartRequested: (data) => only(data, 'partRequestId', 'partNumber', 'quantity', 'promisedAt', 'neededBy'),
  PartAllocated: (data) => only(data, 'partRequestId', 'depotId'),
  PartBackordered: (data) => only(data, 'partRequestId', 'depotId', 'quantity'),
  PartShipped: (data) => only(data, 'partRequestId', 'depotId'),
  PartReceived: (data) => only(data, 'partRequestId', 'quantity'),
  PartRequestCancelled: (data) => only(data, 'partRequestId', 'quantity'),
  SlaWarningRaised: (data) => only(data, 'clockId', 'target', 'percent'),
  SlaBreached: (data) => only(data, 'clockId', 'target', 'dueAt'),
  BreachVoided: (data) => only(data, 'clockId', 'target', 'dueAt'),
  ClockExempted: (data) => only(data, 'clockId', 'target'),
  RatingSubmitted: (data) => only(data, 'cycle', 'kind', 'score', 'via'),
};

export const isPublic = (type: string): type is PublicCaseEventName => Object.hasOwn(publicData, type);

/** @param data as the log has it, of the event of that name */
export function publicDataOf(name: PublicCaseEventName, data: object): object {
  return (publicData[name] as (data: object) => object)(data);
}
