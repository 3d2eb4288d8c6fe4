import {
  Rejection,
  shardOf,
  type AppendResult,
  type CommandContext,
  type Decided,
  type DomainEvent,
  type EventMetadata,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { caseDecider, followUps, streamOfCaseEvent, type CaseCommand, type FollowUp } from '@fieldcase/domain';
import { isJudged } from '@fieldcase/domain/events';
import { caseStream, clocksStream, type CaseStates, type LoadedCase } from './case-states';
import type { Attempt, CommandTask } from './command-runner';
import { decideFollowUp } from './follow-up';
import { latestContact } from './latest-contact';
import { judgedBy } from './metadata';
import { newEvent } from './new-events';

export interface CaseTaskPorts {
  readonly store: EventStore;
  readonly states: CaseStates;
}

/** A command of one case with everything that must be written in the same append: its clocks, weeks, a merge's survivor. */
export class CaseTask implements CommandTask {
  readonly main: string;
  private versions = new Map<string, number>();

  /**
   * @param resolve references and made ids filled in; called at every attempt, since references may have moved on
   * @param made ids that the answer names (number, visitId, exemptionId)
   */
  constructor(
    private readonly ports: CaseTaskPorts,
    private readonly caseId: string,
    private readonly resolve: (loaded: LoadedCase, context: CommandContext) => Promise<CaseCommand>,
    private readonly made: Readonly<Record<string, string>>,
    private readonly metadata: EventMetadata,
  ) {
    this.main = caseStream(caseId);
  }

  decidedOn(): ReadonlyMap<string, number> {
    return this.versions;
  }

  async attempt(context: CommandContext, fresh: boolean): Promise<Attempt> {
    this.versions = new Map();
    const loaded = fresh ? await this.ports.states.loadFresh(this.caseId) : await this.ports.states.load(this.caseId);
    const clocks = clocksStream(this.caseId);
    this.versions.set(this.main, loaded.caseVersion).set(clocks, loaded.clocksVersion);
    const command = await this.resolve(loaded, context);
    if (loaded.caseVersion === 0 && command.type !== 'ReportFault') throw new Rejection('case.unknown', 'absent');
    const decided = caseDecider.decide(command, loaded.state, context);
    const own = new Map<string, NewEvent[]>();
    for (const event of decided) {
      const stream = streamOfCaseEvent(event.type) === 'case' ? this.main : clocks;
      own.set(stream, [...(own.get(stream) ?? []), this.newEvent(stream, event, context)]);
    }
    const writes: StreamWrite[] = [...own].map(([streamId, events]) => ({
      streamId,
      expected: this.versions.get(streamId) ?? 0,
      events,
    }));
    writes.push(...(await this.followUpWrites(followUps(command, decided, loaded.state), context)));
    const written = new Set(writes.map((write) => write.streamId));
    const created = command.type === 'ReportFault' || Object.keys(this.made).length > 0;
    const version = loaded.caseVersion + (own.get(this.main)?.length ?? 0);
    return {
      writes,
      // The state was folded from both streams: neither may have moved, even where only one is written.
      checks: [this.main, clocks]
        .filter((id) => !written.has(id))
        .map((id) => ({ streamId: id, expected: this.versions.get(id) ?? 0 })),
      answer: { id: this.caseId, version, made: this.made, created },
      appended: (result) =>
        this.ports.states.append(
          this.caseId,
          loaded,
          recorded(writes, result).filter((e) => own.has(e.streamId)),
        ),
    };
  }

  private async followUpWrites(commands: readonly FollowUp[], context: CommandContext): Promise<StreamWrite[]> {
    const writes: StreamWrite[] = [];
    const byStream = new Map<string, FollowUp[]>();
    for (const followUp of commands) {
      byStream.set(followUp.streamId, [...(byStream.get(followUp.streamId) ?? []), await this.withContact(followUp)]);
    }
    for (const [streamId, group] of byStream) {
      const { version, events } = await decideFollowUp(this.ports.store, streamId, group, context);
      this.versions.set(streamId, version);
      const news = events.map((event) => this.newEvent(streamId, event, context));
      if (news.length > 0) writes.push({ streamId, expected: version, events: news });
    }
    return writes;
  }

  /** Read after the state was loaded: a correction in between moves the case's stream, so that this append conflicts. */
  private async withContact(followUp: FollowUp): Promise<FollowUp> {
    if (followUp.command.type !== 'AbsorbDuplicate') return followUp;
    const contact = await latestContact(this.ports.store, this.caseId);
    return contact ? { ...followUp, command: { ...followUp.command, contact } } : followUp;
  }

  private newEvent(streamId: string, event: Decided<DomainEvent>, context: CommandContext): NewEvent {
    const metadata = isJudged(event) ? judgedBy(this.metadata) : this.metadata;
    return newEvent(streamId, event, context.occurredAt, metadata);
  }
}

/** The appended events as the store recorded them: positions follow the order of the writes. */
function recorded(
  writes: readonly StreamWrite[],
  result: Extract<AppendResult, { outcome: 'appended' }>,
): RecordedEvent[] {
  let position = result.firstPosition;
  return writes.flatMap(({ streamId, events, expected }) =>
    events.map((event, index) => ({
      type: event.type,
      data: event.data,
      occurredAt: event.occurredAt,
      recordedAt: result.recordedAt,
      position: position++,
      streamId,
      version: (expected as number) + index + 1,
      shard: shardOf(streamId),
      eventId: event.eventId,
      schemaVersion: event.schemaVersion,
      metadata: event.metadata,
    })),
  );
}
