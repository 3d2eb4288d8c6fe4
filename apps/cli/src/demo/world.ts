import {
  rootOf,
  type CommandContext,
  type Decided,
  type DomainEvent,
  type Fact,
  type Instant,
} from '@fieldcase/eventsourcing';
import type { CaseCommandInput } from '@fieldcase/application';
import {
  caseDecider,
  caseStream,
  choosePolicy,
  clocksStream,
  followUps,
  stableId,
  streamOfCaseEvent,
  technicianWeekDecider,
  type CaseCommand,
  type CaseState,
  type FollowUp,
  type PartCommand,
  type ReferenceState,
} from '@fieldcase/domain';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';
import { TIMERS, type Actor } from './actors';
import type { Cast } from './cast';
import type { Diary } from './diary';
import { factOf, sampleEvent } from './sample-event';
import { Waves } from './waves';

const REOPEN_WINDOW_MS = 30 * 86_400_000;

export type SampleCommand = Exclude<CaseCommandInput, { readonly type: PartCommand['type'] }>;

/** A command to the case of a cast: who says what happened when, and when he says it. */
export interface Telling {
  readonly cast: Cast;
  readonly actor: Actor;
  readonly command: (state: CaseState) => SampleCommand;
  readonly occurredAt: Instant;
  readonly toldAt: Instant;
  /** Told as it is written: no history, and judged as late as it is. */
  readonly live: boolean;
}

/** Makes a decided event one of the log. */
type RecordEvent = <E extends DomainEvent>(streamId: string, decided: Decided<E>) => Fact<E>;

/**
 * A log that is still in memory, at instants of the past: commands go through the deciders as they would over HTTP,
 * and before each of them the timers have done their work.
 */
export class World {
  readonly waves = new Waves();
  private readonly states = new Map<string, CaseState>();
  private readonly commands = new Map<string, number>();
  private position = 0n;

  constructor(
    private readonly references: ReferenceState,
    private readonly diary: Diary,
  ) {}

  /** In the order of `toldAt`. Throws Rejection as a command does. */
  tell(telling: Telling): void {
    this.recordClockFacts(telling);
    this.decide(telling);
  }

  /** What the timers have recorded by `toldAt`. */
  recordClockFacts({ cast, toldAt, live }: Pick<Telling, 'cast' | 'toldAt' | 'live'>): void {
    const command = () => ({ type: 'RecordClockFacts' }) as const;
    this.decide({ cast, actor: TIMERS, command, occurredAt: toldAt, toldAt, live });
  }

  private stateOf(caseId: string): CaseState {
    return this.states.get(caseId) ?? caseDecider.initialState;
  }

  private decide(telling: Telling): void {
    const { cast, actor, occurredAt, toldAt } = telling;
    const state = this.stateOf(cast.caseId);
    const context = { now: toldAt, occurredAt, actor: actor.sub, roles: [actor.role] };
    const record = this.recordOf(telling, context);
    const command = this.resolve(telling.command(state), cast, state);
    const decided = caseDecider.decide(command, state, context);
    for (const event of decided) this.recordCase(cast.caseId, event, record);
    for (const followUp of followUps(context, decided, state)) this.follow(followUp, cast, context, record);
  }

  private recordOf({ cast: { caseId }, toldAt, live }: Telling, context: CommandContext): RecordEvent {
    const number = this.commands.get(caseId) ?? 0;
    this.commands.set(caseId, number + 1);
    const origin = { ...context, commandId: stableId('demo-command', caseId, number), correlationId: caseId, live };
    let index = 0;
    return (streamId, decided) => {
      const event = sampleEvent(streamId, decided, { ...origin, index: index++ });
      this.waves.add(streamId, event, caseId);
      this.position += 1n;
      return factOf(decided, event, { recordedAt: toldAt, position: this.position });
    };
  }

  private recordCase(caseId: string, event: Decided<CaseEvent | ClockEvent>, record: RecordEvent): void {
    const stream = streamOfCaseEvent(event.type) === 'case' ? caseStream(caseId) : clocksStream(caseId);
    const fact = record<CaseEvent | ClockEvent>(stream, event);
    this.states.set(caseId, caseDecider.evolve(this.stateOf(caseId), fact));
  }

  private follow(
    { streamId, command }: FollowUp,
    { customer }: Cast,
    context: CommandContext,
    record: RecordEvent,
  ): void {
    if (command.type === 'ReserveWindow' || command.type === 'ReleaseWindow') {
      const decided = technicianWeekDecider.decide(command, this.diary.week(streamId), context);
      for (const event of decided) this.diary.note(streamId, record(streamId, event));
      return;
    }
    if (command.type !== 'AbsorbDuplicate') throw new Error(`the sample data has no ${command.type}`);
    const survivor = rootOf(streamId);
    const absorbed = { ...command, contact: customer.contact };
    // The survivor's own clocks are its own commands' and timers' business.
    const decided = caseDecider
      .decide(absorbed, this.stateOf(survivor), context)
      .filter(({ type }) => streamOfCaseEvent(type) === 'case');
    for (const event of decided) this.recordCase(survivor, event, record);
  }

  /** What the command handler fills in: ids, references, and the policy that a case is judged by. */
  private resolve(input: SampleCommand, cast: Cast, state: CaseState): CaseCommand {
    const { policies, depotFor, technicians } = this.references;
    const { caseId, number } = cast;
    switch (input.type) {
      case 'ReportFault': {
        const { caseType = 'fault', priority = 'normal', region, county } = input;
        const depotId = depotFor(region, county);
        const sla = choosePolicy(policies, { ...input, caseType, priority }, cast.reportedAt);
        return { ...input, caseId, number, sla, ...(depotId === undefined ? {} : { depotId }) };
      }
      case 'TriageCase': {
        const { priority, caseType = state.attributes.caseType } = input;
        return { ...input, sla: choosePolicy(policies, { ...state.attributes, caseType, priority }, state.reportedAt) };
      }
      case 'DispatchTechnician': {
        const visitId = stableId('demo-visit', caseId, state.visits.length);
        const homeDepot = technicians[input.technicianId]?.homeDepot;
        return { ...input, visitId, ...(homeDepot === undefined ? {} : { homeDepot }) };
      }
      case 'AgreeAppointment': {
        const { technicianId = '' } = state.visits.find(({ visitId }) => visitId === input.visitId) ?? {};
        return { ...input, ...this.diary.firstFree(technicianId, input) };
      }
      case 'RequestExemption':
        return { ...input, exemptionId: stableId('demo-exemption', caseId, state.exemptions.length) };
      case 'ReopenCase':
        return { ...input, windowMs: REOPEN_WINDOW_MS };
      default:
        return input;
    }
  }
}
