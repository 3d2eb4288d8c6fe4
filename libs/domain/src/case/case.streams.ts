/** Which streams a case writes, its own and others' in the same append. */
import { streamId, type CommandContext, type Decided } from '@fieldcase/eventsourcing';
import type { ClockEvent } from '../sla';
import { clockPersonalFields } from '../sla';
import type { AdjustmentCommand } from '../stock/adjustment';
import type { SerialCommand } from '../stock/serial';
import type { StockCommand } from '../stock/stock.commands';
import type { TransferCommand } from '../stock/transfer';
import type { SurveyCommand } from '../survey/survey';
import {
  weekStreams,
  type ReleaseWindow,
  type ReserveWindow,
  type TechnicianWeekCommand,
} from '../technician-week/technician-week';
import { foldDecided } from './case';
import type { AbsorbDuplicate } from './case.commands';
import type { CaseEvent } from './case.events';
import type { CaseState, VisitState } from './case.state';
import { partFollowUps, type PartFollowUp } from './part-follow-ups';
import { partPersonalFields } from './parts.events';

export function caseStream(caseId: string): string {
  return streamId('case', caseId);
}

export function clocksStream(caseId: string): string {
  return streamId('clocks', caseId);
}

export function partsStream(caseId: string): string {
  return streamId('parts', caseId);
}

/** All that a case is folded from, merged by position. */
export function caseStreams(caseId: string): readonly [string, string, string] {
  return [caseStream(caseId), clocksStream(caseId), partsStream(caseId)];
}

/** The stream's category for an event of the case decider. */
export function streamOfCaseEvent(type: (CaseEvent | ClockEvent)['type']): 'case' | 'clocks' | 'parts' {
  if (type in clockPersonalFields) return 'clocks';
  return type in partPersonalFields ? 'parts' : 'case';
}

/** A command for another stream in the same append; the stream's category says whose. A Rejection there refuses all. */
export interface FollowUp {
  readonly streamId: string;
  readonly command:
    | TechnicianWeekCommand
    | AbsorbDuplicate
    | PartFollowUp['command']
    | Without<StockCommand, 'terms'>
    | SerialCommand
    | TransferCommand
    | AdjustmentCommand
    | SurveyCommand;
}
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/**
 * Windows of a technician's weeks follow the visit: agreed, moved, released when the visit ends.
 * A merge is absorbed by the survivor; its `contact` is personal, so who handles the command reads and adds it.
 */
export function followUps(
  context: CommandContext,
  decided: readonly Decided<CaseEvent | ClockEvent>[],
  before: CaseState,
): readonly FollowUp[] {
  let folded: CaseState | undefined;
  const after = (): CaseState => (folded ??= foldDecided(before, decided, context));
  return decided.flatMap((event) => [...followUpsOf(event, before), ...partFollowUps(event, before, after)]);
}

function followUpsOf(event: Decided<CaseEvent | ClockEvent>, state: CaseState): readonly FollowUp[] {
  switch (event.type) {
    case 'AppointmentAgreed':
    case 'AppointmentMoved': {
      const window = { from: Date.parse(event.data.from), to: Date.parse(event.data.to) };
      return reservations(state, event.data.visitId, window);
    }
    case 'DispatchDeclined':
    case 'DispatchWithdrawn':
    case 'VisitCompleted':
      return releases(state.visits.find(({ visitId }) => visitId === event.data.visitId));
    case 'CaseMerged': {
      const { caseId, number, reportedAt } = state;
      const command: AbsorbDuplicate = { type: 'AbsorbDuplicate', caseId, number, reportedAt };
      return [{ streamId: caseStream(event.data.into), command }];
    }
    default:
      return [];
  }
}

type Window = { readonly from: number; readonly to: number };

function reservations(state: CaseState, visitId: string, { from, to }: Window): readonly FollowUp[] {
  const visit = state.visits.find((candidate) => candidate.visitId === visitId);
  if (visit === undefined) return [];
  const weeks = weekStreams(visit.technicianId, from, to);
  const command: ReserveWindow = { type: 'ReserveWindow', visitId, caseId: state.caseId, from, to };
  const left = releases(visit).filter((release) => !weeks.includes(release.streamId));
  return [...left, ...weeks.map((streamId) => ({ streamId, command }))];
}

function releases(visit: VisitState | undefined): readonly FollowUp[] {
  if (!visit?.window) return [];
  const command: ReleaseWindow = { type: 'ReleaseWindow', visitId: visit.visitId };
  const weeks = weekStreams(visit.technicianId, visit.window.from, visit.window.to);
  return weeks.map((streamId) => ({ streamId, command }));
}
