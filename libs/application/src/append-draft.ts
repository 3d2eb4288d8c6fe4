import {
  categoryOf,
  restOf,
  rootOf,
  type CommandContext,
  type Decided,
  type DomainEvent,
  type EventMetadata,
  type Fact,
  type NewEvent,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { streamOfCaseEvent, type FollowUp } from '@fieldcase/domain';
import { isJudged, type CaseEvent } from '@fieldcase/domain/events';
import type { CardTermsOf } from './card-terms';
import { deciderOf, isBlind, type Folded, type FoldedStreams } from './folded-streams';
import { judgedBy } from './metadata';
import { newEvent } from './new-events';

/**
 * One append in the making: the streams that a command writes beside its own, each decided by its own decider on its own
 * state, and the streams that it only read. Any refusal on the way refuses the whole.
 */
export class AppendDraft {
  private readonly loaded = new Map<string, Folded>();
  private readonly drafted = new Map<string, NewEvent[]>();

  constructor(
    private readonly folded: FoldedStreams,
    private readonly termsOf: CardTermsOf,
    private readonly context: CommandContext,
    private readonly metadata: EventMetadata,
  ) {}

  /** The stream's state as this append will find it, earlier follow-ups of the same append included. */
  async read<S>(streamId: string): Promise<S> {
    return (await this.load(streamId)).state as S;
  }

  /** Decides and what follows from it, depth first. @throws the other decider's Rejection */
  async followUp({ streamId, command }: FollowUp): Promise<void> {
    const decider = deciderOf(streamId);
    const { version, state } = decider.blind ? { version: 0, state: decider.initialState } : await this.load(streamId);
    const complete = categoryOf(streamId) === 'stock' ? { ...command, terms: await this.cardTerms(streamId) } : command;
    const decided = decider.decide(complete, state, this.context).filter((event) => isFor(streamId, event));
    const after = decided.reduce((folded, event) => decider.evolve(folded, this.asFact(event)), state);
    if (!decider.blind) this.loaded.set(streamId, { version, state: after });
    this.write(streamId, decided);
    for (const next of decider.followUps?.(streamId, decided, state, after) ?? []) await this.followUp(next);
  }

  write(streamId: string, decided: readonly Decided<DomainEvent>[]): void {
    if (decided.length === 0) return;
    const news = decided.map((event) => {
      const metadata = isJudged(event) ? judgedBy(this.metadata) : this.metadata;
      return newEvent(streamId, event, this.context.occurredAt, metadata);
    });
    this.drafted.set(streamId, [...(this.drafted.get(streamId) ?? []), ...news]);
  }

  writes(): StreamWrite[] {
    return [...this.drafted].map(([streamId, events]) => ({
      streamId,
      expected: isBlind(streamId) ? 'any' : (this.loaded.get(streamId)?.version ?? 0),
      events,
    }));
  }

  /** Version of every stream that was read or is to be written at one. */
  versions(): ReadonlyMap<string, number> {
    return new Map([...this.loaded].map(([streamId, { version }]) => [streamId, version]));
  }

  private async load(streamId: string): Promise<Folded> {
    const known = this.loaded.get(streamId) ?? (await this.folded.load(streamId));
    this.loaded.set(streamId, known);
    return known;
  }

  private cardTerms(streamId: string) {
    return this.termsOf(rootOf(streamId), restOf(streamId)[0] ?? '');
  }

  private asFact(event: Decided<DomainEvent>): Fact<DomainEvent> {
    const occurredAt = event.occurredAt ?? this.context.occurredAt;
    return { ...event, occurredAt, recordedAt: this.context.now, position: 0n, metadata: this.metadata };
  }
}

/** Another case's clocks and parts are its own commands' business. */
function isFor(streamId: string, event: Decided<DomainEvent>): boolean {
  return categoryOf(streamId) !== 'case' || streamOfCaseEvent(event.type as CaseEvent['type']) === 'case';
}
