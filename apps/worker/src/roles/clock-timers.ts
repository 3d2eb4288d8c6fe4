import { categoryOf, type EventStore, type Instant, type RecordedEvent } from '@fieldcase/eventsourcing';
import { createApplication, TIMERS } from '@fieldcase/application';
import { evolveSlaFacts, initialSlaFacts, nextStepAt } from '@fieldcase/domain/sla';
import type { Config } from '@fieldcase/config';
import { nextDueOf, readLogIdentity, type NextDue, type TimerRunnerOptions } from '@fieldcase/postgres';
import type { Connections } from '../connections';

/** Commands at the same time; those that wait together go down in one commit. */
const CONCURRENT = 32;

/**
 * What timers record, or what a command of somebody else records for them, only says that something due has happened: it
 * sets no clock that was not set before.
 */
export const recordedWhenDue = ({ metadata, streamId }: RecordedEvent): boolean =>
  metadata.actor === TIMERS.actor && categoryOf(streamId) === 'clocks';

/** When the clocks of each case have something to record next, by the log's head. */
export const nextDueFrom = (store: Pick<EventStore, 'readStreams'>): NextDue =>
  nextDueOf(store, {
    categories: ['case', 'clocks', 'parts'],
    initialFacts: initialSlaFacts,
    evolve: evolveSlaFacts,
    nextStepAt,
  });

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
    const recorded = new Map<string, { position: bigint; next: Instant | null }>();
    const work = async (): Promise<void> => {
      for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
        const facts = await cases.recordClockFacts(root);
        if (facts) recorded.set(root, { position: facts.position, next: nextStepAt(facts.clocks, now) });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENT }, work));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return recorded;
  };
}
