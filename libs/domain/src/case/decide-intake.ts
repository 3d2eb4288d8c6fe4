/** Reporting, triage, corrections, notes, owner and the customer's own time. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import type {
  AddNote,
  CorrectDetails,
  ReportFault,
  RequestCustomerTime,
  TimeWindow,
  TriageCase,
  WithdrawCustomerTime,
} from './case.commands';
import type { CaseEvent, CustomerTimeRequested, DetailsCorrected } from './case.events';
import { refusal } from './case.refusals';
import {
  iso,
  present,
  requireAfterReport,
  requireInCycle,
  requireLatestTechnician,
  requireNotFinal,
  requireOpen,
  requireOrder,
  requireWindow,
} from './case.requirements';
import { openVisit, type CaseState } from './case.state';

type Decision = readonly Decided<CaseEvent>[];

export function reportFault(command: ReportFault, state: CaseState, context: CommandContext): Decision {
  if (state.phase !== 'absent') throw refusal('case.already-reported', { caseId: state.caseId });
  const { type: _, customerTime, ...report } = command;
  const data = present({ ...report, caseType: report.caseType ?? 'fault', priority: report.priority ?? 'normal' });
  const reported: CaseEvent = { type: 'FaultReported', data };
  if (customerTime === undefined) return [reported];
  return [reported, customerTimeRequested(customerTime, state, context)];
}

export function triageCase(command: TriageCase, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireAfterReport(state, context);
  const { type: _, ...triage } = command;
  const caseType = command.caseType ?? state.attributes.caseType;
  if (caseType === 'enquiry') requireNoVisitOpen(state);
  return [{ type: 'CaseTriaged', data: present({ ...triage, caseType }) }];
}

function requireNoVisitOpen(state: CaseState): void {
  const visit = openVisit(state);
  if (visit) throw refusal('case.visit-open', { visitId: visit.visitId, technicianId: visit.technicianId });
}

/**
 * Values that equal the recorded ones are left out. Personal values are not known here, so a named one counts as
 * changed. A changed `customerTime` is the customer naming a time.
 */
export function correctDetails(command: CorrectDetails, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireAfterReport(state, context);
  const { siteName, contact, address, geo, faultDescription, firstContact, specialDemands, customerTime, ...plain } =
    command.changes;
  const personalChanges = present({ siteName, contact, address, geo, faultDescription, firstContact, specialDemands });
  const changes = changedOnly(plain, state);
  const corrected = Object.keys(changes).length > 0 || Object.keys(personalChanges).length > 0;
  const events: CaseEvent[] = [];
  if (corrected) {
    const personal = Object.keys(personalChanges).length > 0 ? { personalChanges } : {};
    events.push({ type: 'DetailsCorrected', data: { changes, ...personal, reason: command.reason } });
  }
  if (customerTime !== undefined && !stands(customerTime, state)) {
    events.push(nameCustomerTime(customerTime, state, context));
  }
  if (events.length === 0) throw refusal('case.nothing-changed', {}, { changes: 'at least one value that differs' });
  return events;
}

function changedOnly(
  plain: Omit<CorrectDetails['changes'], keyof NonNullable<DetailsCorrected['data']['personalChanges']>>,
  state: CaseState,
): DetailsCorrected['data']['changes'] {
  const recorded: Readonly<Record<string, unknown>> = { ...state.attributes };
  const differs = (key: string, value: unknown) => value !== undefined && (recorded[key] ?? null) !== value;
  const moved = differs('region', plain.region) || differs('county', plain.county);
  // The depot follows the place: reference data that moved on since is no correction of this case.
  const changed = Object.entries(plain).filter(([key, value]) => differs(key, value) && (key !== 'depotId' || moved));
  return Object.fromEntries(changed);
}

export function addNote(command: AddNote, state: CaseState, context: CommandContext): Decision {
  requireNotFinal(state);
  requireLatestTechnician(state, context, true);
  requireAfterReport(state, context);
  const { text, kind, channel } = command;
  return [{ type: 'NoteAdded', data: present({ text, kind, channel }) }];
}

export function takeOwnership(owner: string, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireAfterReport(state, context);
  return [{ type: 'OwnershipTaken', data: { owner } }];
}

export function handOver(to: string, reason: string, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireAfterReport(state, context);
  return [{ type: 'ResponsibilityHandedOver', data: { to, reason } }];
}

export function requestCustomerTime(command: RequestCustomerTime, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  return [nameCustomerTime(command, state, context)];
}

export function withdrawCustomerTime(
  command: WithdrawCustomerTime,
  state: CaseState,
  context: CommandContext,
): Decision {
  requireOpen(state);
  if (state.promise === null) throw refusal('customer-time.none-standing', { caseId: state.caseId });
  requireOrder(context, state.promise.namedAt, 'CustomerTimeRequested');
  return [{ type: 'CustomerTimeWithdrawn', data: { promise: state.promise.number, reason: command.reason } }];
}

/** Whether exactly this time stands already: naming it again replaces nothing. */
export function stands(window: TimeWindow, { promise }: CaseState): boolean {
  return promise !== null && promise.from === window.from && promise.to === window.to;
}

export function nameCustomerTime(window: TimeWindow, state: CaseState, context: CommandContext): CustomerTimeRequested {
  requireInCycle(state, context);
  requireOrder(context, state.promiseChangedAt, 'CustomerTimeRequested');
  return customerTimeRequested(window, state, context);
}

function customerTimeRequested(window: TimeWindow, state: CaseState, context: CommandContext): CustomerTimeRequested {
  requireWindow(window);
  if (window.to <= context.occurredAt) {
    throw refusal('customer-time.past', { to: iso(window.to) }, { to: `after ${iso(context.occurredAt)}` });
  }
  const data = { promise: state.promises + 1, from: iso(window.from), to: iso(window.to) };
  return { type: 'CustomerTimeRequested', data };
}
