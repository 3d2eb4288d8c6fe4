/** Closing, cancelling, reopening and merging. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import type { AbsorbDuplicate, CancelCase, CloseCase, MergeDuplicate, ReopenCase } from './case.commands';
import type { CaseEvent } from './case.events';
import { unmetClosingNeeds } from './closing-needs';
import { refusal } from './case.refusals';
import { iso, present, requireField, requireOpen, requireNotFinal, requireOrder } from './case.requirements';
import { openVisit, type CaseState } from './case.state';
import { cancelUnshipped } from './decide-parts';
import { isOpenRequest } from './part-request';

type Decision = readonly Decided<CaseEvent>[];

/** An ending does not precede anything that it ends. */
function requireLast(state: CaseState, context: CommandContext): void {
  requireOrder(context, state.latest.at, state.latest.type);
}

export function closeCase(command: CloseCase, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const { resolution, note } = command;
  if (resolution !== 'repaired') requireField('note', note, `why the case closes as ${resolution}`);
  const unmet = unmetClosingNeeds(state, resolution, context.roles);
  const names = Object.keys(unmet);
  if (names.length > 0) {
    const code = names.every((name) => name === 'supervisor')
      ? 'case.closing-needs-supervisor'
      : 'case.closing-needs-unmet';
    throw refusal(code, { unmet: names, resolution }, unmet);
  }
  requireLast(state, context);
  return [{ type: 'CaseClosed', data: present({ resolution, note }) }];
}

/**
 * An open visit is withdrawn first, so that its technician's window is free again; what no depot has shipped is
 * cancelled.
 */
export function cancelCase(command: CancelCase, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLast(state, context);
  const { reason } = command;
  const visit = openVisit(state);
  const unshipped = cancelUnshipped(state, reason);
  const cancelled: CaseEvent = { type: 'CaseCancelled', data: { reason } };
  if (visit === undefined) return [...unshipped, cancelled];
  return [...unshipped, { type: 'DispatchWithdrawn', data: { visitId: visit.visitId, reason } }, cancelled];
}

export function reopenCase(command: ReopenCase, state: CaseState, context: CommandContext): Decision {
  requireNotFinal(state);
  if (state.phase !== 'closed' || state.closedAt === null) throw refusal('case.not-closed', { caseId: state.caseId });
  requireOrder(context, state.closedAt, 'CaseClosed');
  const until = state.closedAt + command.windowMs;
  if (context.occurredAt > until) {
    throw refusal('case.reopen-window-over', {
      closedAt: iso(state.closedAt),
      until: iso(until),
      followUpOf: state.caseId,
      number: state.number,
    });
  }
  return [{ type: 'CaseReopened', data: { reason: command.reason } }];
}

/** The survivor's own stream refuses in the same append, see `absorbDuplicate`. */
export function mergeDuplicate(command: MergeDuplicate, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  if (command.into === state.caseId) throw refusal('case.merge-into-itself', {}, { into: 'another case' });
  const visit = openVisit(state);
  if (visit) throw refusal('case.visit-open', { visitId: visit.visitId, technicianId: visit.technicianId });
  const request = state.parts.find(isOpenRequest);
  if (request) throw refusal('part-request.open', { partRequestId: request.partRequestId });
  requireLast(state, context);
  return [{ type: 'CaseMerged', data: { into: command.into } }];
}

export function absorbDuplicate(command: AbsorbDuplicate, state: CaseState): Decision {
  if (state.phase === 'absent') throw refusal('case.merge-target-unknown', {}, { into: 'the id of a reported case' });
  if (state.phase === 'merged' || state.phase === 'cancelled') {
    throw refusal('case.merge-into-final', { into: state.caseId, phase: state.phase });
  }
  if (state.reportedAt > command.reportedAt) {
    const params = { into: state.caseId, reportedAt: iso(state.reportedAt) };
    throw refusal('case.merge-into-older', params, { into: 'a case that was reported no later than this one' });
  }
  const { caseId, number, contact } = command;
  return [{ type: 'DuplicateAbsorbed', data: present({ caseId, number, contact }) }];
}
