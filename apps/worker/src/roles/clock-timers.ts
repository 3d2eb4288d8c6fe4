import { streamId, type EventStore, type Fact, type Instant, type RecordedEvent } from '@fieldcase/eventsourcing';
import { createApplication, type Application } from '@fieldcase/application';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';
import { evolveSlaFacts, initialSlaFacts, nextStepAt } from '@fieldcase/domain/sla';
import type { Config } from '@fieldcase/config';
import { readLogIdentity, type NextDue, type TimerRunnerOptions } from '@fieldcase/postgres';
import type { Connections } from '../connections';

/** Commands at the same time; those that wait together go down in one commit. */
const CONCURRENT = 32;

/** Folds both streams of each case at the log's head and asks its clocks when they have something to record next. */
export function nextDueFrom(store: Pick<EventStore, 'readStreams'>): NextDue {
  return async (roots, now) => {
    const ids = roots.flatMap((root) => [streamId('case', root), streamId('clocks', root)]);
    const streams = await store.readStreams(ids);
    return new Map(
      roots.map((root) => {
        const facts = [
          ...(streams.get(streamId('case', root)) ?? []),
          ...(streams.get(streamId('clocks', root)) ?? []),
        ];
        return [root, facts.length === 0 ? null : dueAfter(facts, now)];
      }),
    );
  };
}

function dueAfter(events: RecordedEvent[], now: Instant): Instant | null {
  events.sort((a, b) => (a.position < b.position ? -1 : 1));
  const facts = events.reduce(
    (folded, event) => evolveSlaFacts(folded, event as unknown as Fact<CaseEvent | ClockEvent>),
    initialSlaFacts,
  );
  return nextStepAt(facts, now);
}

/** Records what is due through the same commands as everybody's, at the database's time. */
export async function clockFiring(
  connections: Connections,
  limits: Config['limits'],
): Promise<TimerRunnerOptions['fire']> {
  const { secret } = await readLogIdentity(connections.pool);
  // This machine's clock may differ from the database's, by which a timer is due.
  let ahead = 0;
  const { cases } = createApplication({
    store: connections.store,
    referenceSource: connections.references,
    secret,
    limits,
    now: () => Date.now() + ahead,
  });
  return async (roots, now) => {
    ahead = now - Date.now();
    const waiting = [...roots];
    const work = async (): Promise<void> => {
      for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) await record(cases, root);
    };
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENT }, work));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  };
}

async function record(cases: Application['cases'], root: string): Promise<void> {
  // Another process may have changed the case since this one last saw it.
  await cases.factsOf(root);
  await cases.handle(root, { type: 'RecordClockFacts' }, { actor: 'timers', roles: ['system'] });
}
