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

type NewEvents = Parameters<EmmettStore['appendToStream']>[1];
/** Reads the stream, folds it, asks for events and appends them at the version that it read. */
type EmmettHandle = (store: EmmettStore, stream: string, decide: (notes: number) => NewEvents) => Promise<unknown>;

interface EmmettPostgres {
  getPostgreSQLEventStore(url: string, options: object): EmmettStore;
}
interface Emmett {
  CommandHandler(options: { evolve: (notes: number) => number; initialState: () => number }): EmmettHandle;
}

/** Its own `handleCommand`, over a state that costs nothing. */
export function emmettHandler(): EmmettHandle {
  const { CommandHandler } = peer<Emmett>('@event-driven-io/emmett');
  return CommandHandler({ evolve: (notes) => notes + 1, initialState: () => 0 });
}

/** @param connections of a pool of its own; 10 is what it takes by default */
export async function openEmmett(url: string, connections = 10) {
  const { getPostgreSQLEventStore } = peer<EmmettPostgres>('@event-driven-io/emmett-postgresql');
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
