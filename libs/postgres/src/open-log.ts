import type { Pool } from 'pg';
import type { Upcasters } from '@fieldcase/eventsourcing';
import { PostgresEventStore } from './event-store/postgres-event-store';
import { PostgresPersonalData } from './event-store/postgres-personal-data';
import { Notifier } from './log-source/notifier';
import { PostgresLogSource } from './log-source/postgres-log-source';
import { PostgresReferenceLog } from './log-source/postgres-reference-log';

/** The log of one server as a process uses it: whoever reads it through here reads the current shapes only. */
export interface OpenLog {
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly references: PostgresReferenceLog;
  readonly personal: PostgresPersonalData;
  /** Not the pool, which is the caller's. */
  close(): Promise<void>;
}

/** @param upcasters the domain's: required, so that no process can forget them */
export function openLog(pool: Pool, { upcasters }: { readonly upcasters: Upcasters }): OpenLog {
  const notifier = new Notifier(pool);
  const source = new PostgresLogSource(pool, { upcasters });
  return {
    store: new PostgresEventStore(pool, { onCommitted: notifier.announce, upcasters }),
    source,
    references: new PostgresReferenceLog(pool, upcasters),
    personal: new PostgresPersonalData(pool),
    async close() {
      await source.close();
      await notifier.close();
    },
  };
}
