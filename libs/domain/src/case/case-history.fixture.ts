/** Facts and callers that the case's specs share: a fault in Gansu, technicians Wang and Li, hours after the report. */
import type { Given } from '@fieldcase/eventsourcing/testing';
import type { ClockEvent, PolicyChoice } from '../sla';
import type { CaseEvent, MaterialLine } from './case.events';

export type History = Given<CaseEvent | ClockEvent>;
type DataOf<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data'];

const REPORT = Date.UTC(2026, 10, 23, 1);
const HOUR = 3_600_000;
/** Epoch ms, so many hours after the report. */
export const h = (hours: number): number => REPORT + hours * HOUR;
export const isoH = (hours: number): string => new Date(h(hours)).toISOString();

/** No target, so that a spec sees the case's own events only. */
export const noTargets: PolicyChoice = {
  policy: { id: 'none', version: 1 },
  zone: 'Asia/Shanghai',
  targets: [],
  lateFactLimitMs: 2 * HOUR,
};
/** On site within 24 h, without warnings. */
export const onSiteIn24h: PolicyChoice = {
  ...noTargets,
  policy: { id: 'on-site', version: 1 },
  targets: [{ target: 'onSiteResponse', withinMs: 24 * HOUR, warnAt: [], pausedBy: ['waiting-customer'] }],
};
export const ON_SITE = 'onSiteResponse:-:1';

export const agent = { actor: 'ann', roles: ['agent'] };
export const dispatcher = { actor: 'dong', roles: ['dispatcher'] };
export const supervisor = { actor: 'sun', roles: ['supervisor'] };
export const wang = { actor: 'wang', roles: ['technician'] };
export const li = { actor: 'li', roles: ['technician'] };

export const belt: MaterialLine = { partNumber: 'belt-8', quantity: 1, source: 'van' };

export const reported = (data: Partial<DataOf<'FaultReported'>> = {}, hours = 0): History => ({
  type: 'FaultReported',
  data: {
    caseId: 'c1',
    number: '7KM-3RX-4',
    region: 'gansu',
    caseType: 'fault',
    priority: 'normal',
    sla: noTargets,
    ...data,
  },
  at: h(hours),
});
export const dispatched = (hours = 1, visitId = 'v1', technicianId = 'wang'): History => ({
  type: 'TechnicianDispatched',
  data: { visitId, technicianId, notice: true },
  at: h(hours),
});
export const accepted = (hours = 1.5, visitId = 'v1'): History => ({
  type: 'DispatchAccepted',
  data: { visitId },
  at: h(hours),
});
export const declined = (hours = 2, visitId = 'v1'): History => ({
  type: 'DispatchDeclined',
  data: { visitId },
  at: h(hours),
});
export const withdrawn = (hours = 2, visitId = 'v1'): History => ({
  type: 'DispatchWithdrawn',
  data: { visitId },
  at: h(hours),
});
export const agreed = (hours = 2, from = 4, to = 6, visitId = 'v1'): History => ({
  type: 'AppointmentAgreed',
  data: { visitId, from: isoH(from), to: isoH(to), requestedBy: 'us' },
  at: h(hours),
});
export const travelling = (hours = 2.5, visitId = 'v1'): History => ({
  type: 'TravelStarted',
  data: { visitId },
  at: h(hours),
});
export const arrived = (hours = 3, visitId = 'v1'): History => ({
  type: 'TechnicianArrived',
  data: { visitId },
  at: h(hours),
});
export const completed = (data: Partial<DataOf<'VisitCompleted'>> = {}, hours = 4): History => ({
  type: 'VisitCompleted',
  data: { visitId: 'v1', fixed: true, materials: [], ...data },
  at: h(hours),
});
export const informed = (hours = 5): History => ({
  type: 'CustomerInformed',
  data: { channel: 'phone' },
  at: h(hours),
});
export const closed = (hours = 6): History => ({ type: 'CaseClosed', data: { resolution: 'repaired' }, at: h(hours) });
export const reopened = (hours = 7): History => ({ type: 'CaseReopened', data: {}, at: h(hours) });
export const cancelled = (hours = 6): History => ({ type: 'CaseCancelled', data: {}, at: h(hours) });
export const merged = (hours = 6): History => ({ type: 'CaseMerged', data: { into: 'c0' }, at: h(hours) });
export const customerTime = (from: number, to: number, hours = 0.5, promise = 1): History => ({
  type: 'CustomerTimeRequested',
  data: { promise, from: isoH(from), to: isoH(to) },
  at: h(hours),
});
export const paused = (reason: DataOf<'CasePaused'>['reason'], hours = 1): History => ({
  type: 'CasePaused',
  data: { reason, until: isoH(hours + 10) },
  at: h(hours),
});

/** A visit that was made, fixed the fault, and of which the customer was told. */
export const fixedVisit: readonly History[] = [dispatched(), arrived(), completed(), informed()];
export const unfixedVisit: readonly History[] = [dispatched(), arrived(), completed({ fixed: false })];
