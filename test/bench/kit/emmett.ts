import { peer } from './peers';
import { plainPool } from './plain-pool';

export interface EmmettStore {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: object; readonly metadata: object }[],
    options: { readonly expectedStreamVersion: bigint },
  ): Promise<unknown>;
  readonly schema: { migrate(): Promise<unknown> };
  close(): Promise<void>;
}

interface EmmettPackage {
  getPostgreSQLEventStore(url: string, options: object): EmmettStore;
}

/** @param connections of a pool of its own; 10 is what it takes by default */
export async function openEmmett(url: string, connections = 10) {
  const { getPostgreSQLEventStore } = peer<EmmettPackage>('@event-driven-io/emmett-postgresql');
  const pool = plainPool(url, connections);
  // The tables are made before it is measured, so that no append looks for them.
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool }, schema: { autoMigration: 'None' } });
  await store.schema.migrate();
  return {
    store,
    async close() {
      await store.close();
      await pool.end();
    },
  };
}
