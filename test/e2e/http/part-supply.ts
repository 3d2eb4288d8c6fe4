import type { PartSupply } from '@fieldcase/application';
import { partSupply } from '@fieldcase/domain';
import type { LogSource } from '@fieldcase/eventsourcing';

/** What the worker does all the time, done when a spec says so. */
export function supplyOf(log: LogSource, supply: PartSupply): () => Promise<void> {
  let after = 0n;
  return async () => {
    for (;;) {
      const { events, upTo } = await log.read({ after, limit: 100, types: partSupply.eventTypes });
      for (const event of events) {
        for (const [index, command] of partSupply.react(event).entries()) await supply.execute(command, event, index);
      }
      if (upTo === after) return;
      after = upTo;
    }
  };
}
