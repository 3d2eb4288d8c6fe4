import {
  Rejection,
  shardOf,
  type AppendResult,
  type CommandContext,
  type Decided,
  type DomainEvent,
  type EventMetadata,
  type EventStore,
  type RecordedEvent,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import {
  caseDecider,
  caseStreams,
  followUps,
  streamOfCaseEvent,
  type CaseCommand,
  type FollowUp,
} from '@fieldcase/domain';
import { AppendDraft } from './append-draft';
import type { CaseStates, LoadedCase } from './case-states';
import type { Attempt, CommandTask } from './command-runner';
import { latestContact } from './latest-contact';
import type { StreamTaskPorts } from './stream-task';

export interface CaseTaskPorts extends StreamTaskPorts {
  readonly store: EventStore;
  readonly states: CaseStates;
}

export interface CaseTaskOptions {
  readonly caseId: string;
  /** The id was made for this command. */
  readonly isNew: boolean;
  /** The stream whose version is answered and compared with If-Match: the case's own, or that of its parts. */
  readonly main?: string;
  /** What the answer names instead of the case. */
  readonly id?: string;
  /** References and made ids filled in; called at every attempt, since references may have moved on. */
  readonly resolve: (loaded: LoadedCase, context: CommandContext, draft: AppendDraft) => Promise<CaseCommand>;
  /** Ids that the answer names (number, visitId, exemptionId). */
  readonly made: Readonly<Record<string, string>>;
  readonly metadata: EventMetadata;
}

/** A command of one case with everything that must be written in the same append: clocks, parts, weeks, stock, feeds. */
export class CaseTask implements CommandTask {
  readonly main: string;
  private readonly streams: ReturnType<typeof caseStreams>;
  private versions: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly ports: CaseTaskPorts,
    private readonly options: CaseTaskOptions,
  ) {
    this.streams = caseStreams(options.caseId);
    this.main = options.main ?? this.streams[0];
  }

  decidedOn(): ReadonlyMap<string, number> {
    return this.versions;
  }

  async attempt(context: CommandContext, fresh: boolean): Promise<Attempt> {
    const { metadata } = this.options;
    const { folded, termsOf } = this.ports;
    const loaded = await this.load(fresh);
    this.versions = loaded.versions;
    const draft = new AppendDraft(folded, termsOf, context, metadata);
    try {
      return await this.decide(loaded, draft, context);
    } finally {
      const more = draft.versions();
      if (more.size > 0) this.versions = new Map([...loaded.versions, ...more]);
    }
  }

  private load(fresh: boolean): LoadedCase | Promise<LoadedCase> {
    const { caseId, isNew } = this.options;
    const { states } = this.ports;
    if (fresh) return states.loadFresh(caseId);
    return isNew ? states.loadNew(caseId) : states.load(caseId);
  }

  private async decide(loaded: LoadedCase, draft: AppendDraft, context: CommandContext): Promise<Attempt> {
    const { caseId, resolve } = this.options;
    const command = await resolve(loaded, context, draft);
    const exists = (loaded.versions.get(this.streams[0]) ?? 0) > 0;
    if (!exists && command.type !== 'ReportFault') throw new Rejection('case.unknown', 'absent');
    const decided = caseDecider.decide(command, loaded.state, context);
    const own = new AppendDraft(this.ports.folded, this.ports.termsOf, context, this.options.metadata);
    for (const event of decided) own.write(this.streamOf(event), [event]);
    for (const next of followUps(context, decided, loaded.state)) await draft.followUp(await this.withContact(next));
    const ownWrites = own.writes().map((write) => ({ ...write, expected: loaded.versions.get(write.streamId) ?? 0 }));
    const writes = [...ownWrites, ...draft.writes()];
    return {
      writes,
      checks: this.checks(writes, loaded, draft, decided),
      answer: this.answer(decided, loaded, ownWrites, command.type === 'ReportFault'),
      appended: (result) => this.ports.states.append(caseId, loaded, recorded(writes, result).filter(isOwn(ownWrites))),
    };
  }

  private streamOf(event: Decided<DomainEvent>): string {
    const [main, clocks, parts] = this.streams;
    const kind = streamOfCaseEvent(event.type as Parameters<typeof streamOfCaseEvent>[0]);
    return { case: main, clocks, parts }[kind];
  }

  /**
   * The state was folded from all of the case's streams: none may have moved. Cards that were only looked at matter
   * where the answer is that nobody has the part: a receipt must not slip between.
   */
  private checks(
    writes: readonly StreamWrite[],
    loaded: LoadedCase,
    draft: AppendDraft,
    decided: readonly Decided<DomainEvent>[],
  ) {
    const nobodyHas = decided.some((event) => event.type === 'PartBackordered');
    const read = nobodyHas ? [...loaded.versions, ...draft.versions()] : [...loaded.versions];
    const written = new Set(writes.map((write) => write.streamId));
    return read.filter(([streamId]) => !written.has(streamId)).map(([streamId, expected]) => ({ streamId, expected }));
  }

  private answer(
    decided: readonly Decided<DomainEvent>[],
    loaded: LoadedCase,
    writes: readonly StreamWrite[],
    reported: boolean,
  ): Attempt['answer'] {
    const requested = decided.find((event) => event.type === 'PartRequested');
    const { partRequestId } = (requested?.data ?? {}) as { partRequestId?: string };
    const made = partRequestId === undefined ? this.options.made : { ...this.options.made, partRequestId };
    const added = writes.find((write) => write.streamId === this.main)?.events.length ?? 0;
    const version = (loaded.versions.get(this.main) ?? 0) + added;
    const created = reported || Object.keys(made).length > 0;
    return { id: this.options.id ?? this.options.caseId, version, made, created };
  }

  /** Read after the state was loaded: a correction in between moves the case's stream, so that this append conflicts. */
  private async withContact(followUp: FollowUp): Promise<FollowUp> {
    if (followUp.command.type !== 'AbsorbDuplicate') return followUp;
    const contact = await latestContact(this.ports.store, this.options.caseId);
    return contact ? { ...followUp, command: { ...followUp.command, contact } } : followUp;
  }
}

const isOwn = (writes: readonly StreamWrite[]) => {
  const own = new Set(writes.map((write) => write.streamId));
  return (event: RecordedEvent): boolean => own.has(event.streamId);
};

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
      version: expected === 'any' ? 0 : expected + index + 1,
      shard: shardOf(streamId),
      eventId: event.eventId,
      schemaVersion: event.schemaVersion,
      metadata: event.metadata,
    })),
  );
}
