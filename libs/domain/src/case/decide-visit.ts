/** On the way, on site, and what is written down afterwards. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import type {
  AmendMaterials,
  CaptureSignature,
  CompleteVisit,
  InformCustomer,
  RecordArrival,
  RecordDiagnosis,
  StartTravel,
} from './case.commands';
import type { CaseEvent } from './case.events';
import { refusal } from './case.refusals';
import {
  present,
  requireField,
  requireInCycle,
  requireLatestTechnician,
  requireNotArrived,
  requireOpen,
  requireOpenVisit,
  requireOrder,
  requireVisit,
} from './case.requirements';
import { rebookMaterials } from './decide-materials';
import { completedVisits, materialLines, type CaseState, type VisitState } from './case.state';
import { materialsDigest } from './materials-digest';

type Decision = readonly Decided<CaseEvent>[];

export function startTravel(command: StartTravel, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireNotArrived(requireVisit(state, command.visitId, context));
  if (visit.status === 'travelling') throw refusal('visit.already-travelling', { visitId: visit.visitId });
  requireOrder(context, visit.dispatchedAt, 'TechnicianDispatched');
  return [{ type: 'TravelStarted', data: present({ visitId: visit.visitId, geo: command.geo }) }];
}

/** Ends the pauses `waiting-customer`, `weather` and `road`, and the standing customer's time. */
export function recordArrival(command: RecordArrival, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireNotArrived(requireVisit(state, command.visitId, context));
  requireOrder(context, visit.dispatchedAt, 'TechnicianDispatched');
  return [{ type: 'TechnicianArrived', data: present({ visitId: visit.visitId, geo: command.geo }) }];
}

/** On site, or afterwards until the case closes. */
export function recordDiagnosis(command: RecordDiagnosis, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireVisit(state, command.visitId, context);
  if (visit.status !== 'completed') requireOpenVisit(visit);
  requireArrived(visit, context);
  const { visitId, faultCode, cause, correction } = command;
  return [{ type: 'DiagnosisRecorded', data: present({ visitId, faultCode, cause, correction }) }];
}

function requireArrived(visit: VisitState, context: CommandContext): void {
  if (visit.arrivedAt === null) throw refusal('visit.not-arrived', { visitId: visit.visitId });
  requireOrder(context, visit.arrivedAt, 'TechnicianArrived');
}

export function completeVisit(command: CompleteVisit, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireOpenVisit(requireVisit(state, command.visitId, context));
  requireArrived(visit, context);
  const { visitId, fixed, reason, materials, customerInformed } = command;
  if (!fixed) requireField('reason', reason, 'why the fault is not fixed');
  const completed: CaseEvent = { type: 'VisitCompleted', data: present({ visitId, fixed, reason, materials }) };
  const booked = rebookMaterials(visitId, materials, command.van, state, context);
  if (customerInformed === undefined) return [completed, ...booked];
  const { result, channel } = customerInformed;
  return [completed, ...booked, { type: 'CustomerInformed', data: { result, channel } }];
}

/** Until closing; a signature given before no longer counts. */
export function amendMaterials(command: AmendMaterials, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireVisit(state, command.visitId, context);
  const { visitId, materials, reason } = command;
  if (visit.status !== 'completed') throw refusal('visit.not-completed', { visitId, status: visit.status });
  if (visit.cycle !== state.cycle) throw refusal('visit.materials-final', { visitId });
  requireOrder(context, visit.endedAt, 'VisitCompleted');
  const booked = rebookMaterials(visitId, materials, command.van, state, context);
  return [{ type: 'MaterialsAmended', data: { visitId, materials, reason } }, ...booked];
}

/** The customer signs the material lines of all visits as they stand: another digest means that he saw others. */
export function captureSignature(command: CaptureSignature, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, false);
  const last = completedVisits(state).at(-1);
  if (last === undefined) throw refusal('case.no-completed-visit', { caseId: state.caseId });
  const current = materialsDigest(materialLines(state));
  const { signerName, materialsDigest: signed, image } = command;
  if (signed !== current) {
    throw refusal(
      'case.materials-changed',
      { materialsDigest: current },
      { materialsDigest: `the current ${current}` },
    );
  }
  requireOrder(context, last.endedAt, 'VisitCompleted');
  return [{ type: 'CustomerSigned', data: present({ signerName, materialsDigest: signed, image }) }];
}

export function informCustomer(command: InformCustomer, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, true);
  requireInCycle(state, context);
  requireOrder(context, completedVisits(state).at(-1)?.endedAt ?? null, 'VisitCompleted');
  return [{ type: 'CustomerInformed', data: { result: command.result, channel: command.channel } }];
}
