import type { CommandContext, Decided, DomainEvent, EventStore, Fact, RecordedEvent } from '@fieldcase/eventsourcing';
import { categoryOf, Rejection } from '@fieldcase/eventsourcing';
import { caseDecider, streamOfCaseEvent, technicianWeekDecider, type FollowUp } from '@fieldcase/domain';
import type { CaseEvent } from '@fieldcase/domain/events';

/** A decider with its types forgotten: which one belongs to a stream is said by the stream's category. */
interface AnyDecider {
  readonly initialState: unknown;
  decide(command: unknown, state: unknown, context: CommandContext): readonly Decided<DomainEvent>[];
  evolve(state: unknown, event: unknown): unknown;
}

const deciders: Readonly<Record<string, AnyDecider>> = {
  'technician-week': technicianWeekDecider as unknown as AnyDecider,
  case: caseDecider as unknown as AnyDecider,
};

/**
 * Decides commands for another stream of the same append on that stream's state, always read from the log.
 * Throws the other decider's Rejection (`technician.double-booked`, `case.merge-into-older`).
 */
export async function decideFollowUp(
  store: EventStore,
  streamId: string,
  commands: readonly FollowUp[],
  context: CommandContext,
): Promise<{ version: number; events: readonly Decided<DomainEvent>[] }> {
  const category = categoryOf(streamId);
  const decider = deciders[category];
  if (!decider) throw new Error(`no decider for streams of category ${category}`);
  const events = (await store.readStreams([streamId])).get(streamId) ?? [];
  if (category === 'case' && events.length === 0) throw new Rejection('case.merge-target-unknown', 'unacceptable');
  let state = events.reduce(
    (before: unknown, event: RecordedEvent) => decider.evolve(before, event),
    decider.initialState,
  );
  const decided: Decided<DomainEvent>[] = [];
  for (const { command } of commands) {
    for (const event of decider.decide(command, state, context)) {
      // The survivor's own clocks are its own commands' and timers' business.
      if (category === 'case' && streamOfCaseEvent(event.type as CaseEvent['type']) !== 'case') continue;
      decided.push(event);
      state = decider.evolve(state, asFact(event, context));
    }
  }
  return { version: events.at(-1)?.version ?? 0, events: decided };
}

function asFact(event: Decided<DomainEvent>, context: CommandContext): Fact<DomainEvent> {
  const metadata = { correlationId: '', causationId: '', actor: context.actor, actorRole: '' };
  return {
    ...event,
    occurredAt: event.occurredAt ?? context.occurredAt,
    recordedAt: context.now,
    position: 0n,
    metadata,
  };
}
