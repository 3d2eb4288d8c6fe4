/** What people do to a case, in pieces that the stories are put together from. Minutes count from the report. */
import { judge, materialLines, materialsDigest, type CaseState, type SlaTarget } from '@fieldcase/domain';
import { AGENT, DISPATCHER, type Actor } from './actors';
import { MINUTE, type Cast } from './cast';
import type { SampleCommand } from './world';

export const HOUR = 60;
export const DAY = 24 * HOUR;

export interface Step {
  readonly minute: number;
  /** Told so many minutes after it happened. */
  readonly late?: number;
  readonly actor: Actor;
  readonly command: (state: CaseState) => SampleCommand;
}

export const step = (
  minute: number,
  actor: Actor,
  command: SampleCommand | ((state: CaseState) => SampleCommand),
): Step => ({ minute, actor, command: typeof command === 'function' ? command : () => command });

export const instantOf = (cast: Cast, minute: number): number => cast.reportedAt + minute * MINUTE;

const window = (cast: Cast, from: number, to: number) => ({ from: instantOf(cast, from), to: instantOf(cast, to) });

export function reported({ caseType, customer, fault }: Cast): Step {
  const { region, machine, ...place } = customer;
  return step(0, AGENT, {
    type: 'ReportFault',
    ...place,
    region: region.name,
    product: machine.product,
    faultDescription: caseType === 'fault' ? fault.text : `${machine.product}，${TOPICS[caseType]}`,
    caseType,
    channel: 'phone',
    ...(caseType === 'fault' ? { specialDemands: `${region.season}期间，请尽快上门` } : {}),
  });
}

const TOPICS = {
  fault: '',
  enquiry: '咨询换机油的周期',
  complaint: '投诉上次维修后两天又坏',
  maintenance: '预约季前保养',
  upgrade: '加装北斗导航',
};

export function triaged({ fault, priority, coverage }: Cast): Step[] {
  const handlingOpinion = '派就近服务站上门';
  return [
    step(9, AGENT, { type: 'TriageCase', faultCode: fault.code, priority, handlingOpinion, coverage }),
    step(9, AGENT, { type: 'TakeOwnership', owner: AGENT.sub }),
  ];
}

export const dispatched = (minute: number, { sub }: Actor): Step =>
  step(minute, DISPATCHER, { type: 'DispatchTechnician', technicianId: sub, note: '请先电话联系机主' });

const visitId = (state: CaseState): string => state.visits.at(-1)?.visitId ?? '';

export const accepted = (minute: number, who: Actor): Step =>
  step(minute, who, (state) => ({ type: 'AcceptDispatch', visitId: visitId(state) }));

export const declined = (minute: number, who: Actor): Step =>
  step(minute, who, (state) => ({ type: 'DeclineDispatch', visitId: visitId(state), reason: '正在外县抢修' }));

export const agreed = (cast: Cast, minute: number, from: number): Step =>
  step(minute, cast.technician, (state) => ({
    type: 'AgreeAppointment',
    visitId: visitId(state),
    ...window(cast, from, from + 90),
    requestedBy: 'us',
  }));

export const arrived = (minute: number, who: Actor): Step =>
  step(minute, who, (state) => ({ type: 'RecordArrival', visitId: visitId(state) }));

/** On the way, on site, and done 95 minutes after the arrival. */
export function visited(cast: Cast, arrival: number, fixed: boolean): Step[] {
  const { technician } = cast;
  return [
    step(arrival - 40, technician, (state) => ({ type: 'StartTravel', visitId: visitId(state) })),
    arrived(arrival, technician),
    ...worked(cast, arrival, fixed),
  ];
}

export function worked({ fault, part, technician }: Cast, arrival: number, fixed: boolean): Step[] {
  const { code: faultCode, cause } = fault;
  const outcome = fixed
    ? { materials: [{ partNumber: part.partNumber, quantity: 1, source: 'van' }] }
    : { materials: [], reason: '缺配件，需二次上门' };
  return [
    step(arrival + 35, technician, (state) => ({
      type: 'RecordDiagnosis',
      visitId: visitId(state),
      faultCode,
      cause,
    })),
    step(arrival + 95, technician, (state) => ({ type: 'CompleteVisit', visitId: visitId(state), fixed, ...outcome })),
  ];
}

export function signedAndClosed({ technician }: Cast, minute: number): Step[] {
  return [
    step(minute, technician, (state) => ({
      type: 'CaptureSignature',
      signerName: '机主本人',
      materialsDigest: materialsDigest(materialLines(state)),
    })),
    step(minute + 25, AGENT, { type: 'InformCustomer', result: '机器已恢复作业，机主满意', channel: 'phone' }),
    step(minute + 40, AGENT, { type: 'CloseCase', resolution: 'repaired' }),
  ];
}

/** A first visit that repairs, from the triage to the closing 150 minutes after the arrival. */
export function repaired(cast: Cast, arrival: number): Step[] {
  return [
    ...triaged(cast),
    dispatched(18, cast.technician),
    accepted(30, cast.technician),
    agreed(cast, 45, arrival - 30),
    ...visited(cast, arrival, true),
    ...signedAndClosed(cast, arrival + 110),
  ];
}

export const customerTime = (cast: Cast, minute: number, from: number, to: number): Step =>
  step(minute, AGENT, { type: 'RequestCustomerTime', ...window(cast, from, to) });

export const exemptionRequested = (cast: Cast, minute: number, reason: string): Step =>
  step(minute, DISPATCHER, (state) => ({
    type: 'RequestExemption',
    target: clockOf(state, 'onSiteResponse', instantOf(cast, minute)),
    reason,
  }));

function clockOf(state: CaseState, target: SlaTarget, at: number): string {
  return judge(state.sla, at).find((clock) => clock.target === target)?.clockId ?? '';
}
