import { LogOfShards } from '@fieldcase/eventsourcing';
import { eventStoreContract, logSourceContract, sharedLogSourceContract } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase } from '../../../../test/support/database';
import { Notifier } from '../log-source/notifier';
import { PostgresLogSource } from '../log-source/postgres-log-source';
import { createPool } from '../pool/pool';
import { PostgresEventStore } from './postgres-event-store';
import { PostgresPersonalData } from './postgres-personal-data';

async function open() {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, max: 4 });
  const notifier = new Notifier(pool);
  const source = new PostgresLogSource(pool);
  return {
    store: new PostgresEventStore(pool, { onCommitted: notifier.announce }),
    personal: new PostgresPersonalData(pool),
    source,
    close: async () => {
      await notifier.close();
      await source.close();
      await pool.end();
      await database.drop();
    },
  };
}

eventStoreContract('PostgreSQL', open);
logSourceContract('PostgreSQL', open);
sharedLogSourceContract('PostgreSQL', async () => {
  const opened = await open();
  const shares = [
    [0, 1, 2],
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  ];
  return { ...opened, sources: shares.map((share) => new LogOfShards(opened.source, share)) };
});
