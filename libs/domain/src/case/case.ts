/**
 * The service case (售后维修单): one decider over two streams, `case:<id>` for what people do and `clocks:<id>` for the
 * clock facts that follow from it. Every decision also records the clock facts that are due by then.
 */
import type { CommandContext, Decided, Decider, Fact } from '@fieldcase/eventsourcing';
import type { ClockEvent } from '../sla';
import type { CaseCommand, PartCommand } from './case.commands';
import type { CaseEvent } from './case.events';
import { evolveCase } from './case.evolve';
import { refusal } from './case.refusals';
import { initialCaseState, type CaseState } from './case.state';
import * as dispatch from './decide-dispatch';
import * as ending from './decide-ending';
import * as exceptions from './decide-exceptions';
import * as intake from './decide-intake';
import * as parts from './decide-parts';
import * as received from './decide-received';
import * as visit from './decide-visit';
import { settleAgain } from './settle-again';

type Decision = readonly Decided<CaseEvent | ClockEvent>[];

/** Fold of both streams merged by position. Refusals: `caseRefusals`. */
export const caseDecider: Decider<CaseCommand, CaseEvent | ClockEvent, CaseState> = {
  initialState: initialCaseState,
  evolve: evolveCase,
  decide(command, state, context) {
    const own = decideOwn(command, state, context);
    const facts = settleAgain(foldDecided(state, own, context).sla, context.now);
    return [...own, ...facts];
  },
};

/** The state as it will be once these events are appended; they carry position 0 until then. */
export function foldDecided(state: CaseState, decided: Decision, context: CommandContext): CaseState {
  const metadata = { actor: context.actor, actorRole: context.roles[0] ?? '', correlationId: '', causationId: '' };
  const common = { recordedAt: context.now, position: 0n, metadata };
  return decided.reduce((folded, { type, data, occurredAt = context.occurredAt }) => {
    return evolveCase(folded, { type, data, occurredAt, ...common } as Fact<CaseEvent | ClockEvent>);
  }, state);
}

function decideOwn(command: CaseCommand, state: CaseState, context: CommandContext): Decision {
  if (command.type === 'RecordClockFacts') return [];
  if (command.type === 'ReportFault') return intake.reportFault(command, state, context);
  if (command.type === 'AbsorbDuplicate') return ending.absorbDuplicate(command, state);
  if (state.phase === 'absent') throw refusal('case.unknown');
  return decideCase(command, state, context);
}

type CommandOfReported = Exclude<CaseCommand, { type: 'RecordClockFacts' | 'ReportFault' | 'AbsorbDuplicate' }>;

function decideCase(command: CommandOfReported, state: CaseState, context: CommandContext): Decision {
  switch (command.type) {
    case 'TriageCase':
      return intake.triageCase(command, state, context);
    case 'CorrectDetails':
      return intake.correctDetails(command, state, context);
    case 'AddNote':
      return intake.addNote(command, state, context);
    case 'TakeOwnership':
      return intake.takeOwnership(command.owner, state, context);
    case 'HandOverResponsibility':
      return intake.handOver(command.to, command.reason, state, context);
    case 'RequestCustomerTime':
      return intake.requestCustomerTime(command, state, context);
    case 'WithdrawCustomerTime':
      return intake.withdrawCustomerTime(command, state, context);
    case 'CloseCase':
      return ending.closeCase(command, state, context);
    case 'CancelCase':
      return ending.cancelCase(command, state, context);
    case 'ReopenCase':
      return ending.reopenCase(command, state, context);
    case 'MergeDuplicate':
      return ending.mergeDuplicate(command, state, context);
    default:
      return decideVisit(command, state, context);
  }
}

type IntakeOrEnding =
  | 'TriageCase'
  | 'CorrectDetails'
  | 'AddNote'
  | 'TakeOwnership'
  | 'HandOverResponsibility'
  | 'RequestCustomerTime'
  | 'WithdrawCustomerTime'
  | 'CloseCase'
  | 'CancelCase'
  | 'ReopenCase'
  | 'MergeDuplicate';
type CommandOfVisit = Exclude<CommandOfReported, { type: IntakeOrEnding }>;
type VisitCommandType =
  | `${string}Dispatch`
  | 'DispatchTechnician'
  | 'AgreeAppointment'
  | 'StartTravel'
  | 'RecordArrival'
  | 'RecordDiagnosis'
  | 'CompleteVisit'
  | 'AmendMaterials'
  | 'CaptureSignature'
  | 'InformCustomer';

function decideVisit(command: CommandOfVisit, state: CaseState, context: CommandContext): Decision {
  switch (command.type) {
    case 'DispatchTechnician':
      return dispatch.dispatchTechnician(command, state, context);
    case 'AcceptDispatch':
      return dispatch.acceptDispatch(command, state, context);
    case 'DeclineDispatch':
      return dispatch.declineDispatch(command, state, context);
    case 'WithdrawDispatch':
      return dispatch.withdrawDispatch(command, state, context);
    case 'AgreeAppointment':
      return dispatch.agreeAppointment(command, state, context);
    case 'StartTravel':
      return visit.startTravel(command, state, context);
    case 'RecordArrival':
      return visit.recordArrival(command, state, context);
    case 'RecordDiagnosis':
      return visit.recordDiagnosis(command, state, context);
    case 'CompleteVisit':
      return visit.completeVisit(command, state, context);
    case 'AmendMaterials':
      return visit.amendMaterials(command, state, context);
    case 'CaptureSignature':
      return visit.captureSignature(command, state, context);
    case 'InformCustomer':
      return visit.informCustomer(command, state, context);
    default:
      return decideException(command, state, context);
  }
}

type CommandOfException = Exclude<CommandOfVisit, { type: VisitCommandType }>;

function decideException(command: CommandOfException, state: CaseState, context: CommandContext): Decision {
  switch (command.type) {
    case 'PauseCase':
      return exceptions.pauseCase(command, state, context);
    case 'ResumeCase':
      return exceptions.resumeCase(command, state, context);
    case 'RequestExemption':
      return exceptions.requestExemption(command, state, context);
    case 'ApproveExemption':
      return exceptions.approveExemption(command, state, context);
    case 'RefuseExemption':
      return exceptions.refuseExemption(command, state, context);
    case 'ApproveVoiding':
      return exceptions.approveVoiding(command, state, context);
    case 'RefuseVoiding':
      return exceptions.refuseVoiding(command, state, context);
    default:
      return decidePart(command, state, context);
  }
}

function decidePart(command: PartCommand, state: CaseState, context: CommandContext): Decision {
  switch (command.type) {
    case 'RequestPart':
      return parts.requestPart(command, state, context);
    case 'SourcePart':
      return parts.sourcePart(command, state);
    case 'BreakPartPromise':
      return parts.breakPromise(command.partRequestId, command.depotId, state);
    case 'AcknowledgePartRequest':
      return parts.acknowledge(command.partRequestId, command.depotId, state, context);
    case 'DeclinePartRequest':
      return parts.decline(command, state, context);
    case 'ShipPart':
      return parts.ship(command, state, context);
    case 'CancelPartRequest':
      return parts.cancelPartRequest(command, state, context);
    case 'ReceivePart':
      return received.receivePart(command, state, context);
    case 'ReportShortage':
      return received.reportShortage(command, state, context);
    case 'ConsumePart':
      return received.consumePart(command, state, context);
    case 'ReturnUnused':
      return received.returnUnused(command, state, context);
    case 'ReceiveReturn':
      return received.receiveReturn(command, state, context);
    default:
      return command satisfies never;
  }
}
