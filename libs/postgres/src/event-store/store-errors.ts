import { StoreUnavailable } from '@fieldcase/eventsourcing';

/** Said by a server that had not begun, or had undone, the statement: it can be sent again as it is. */
const NOTHING_WRITTEN = /^(?:53...|57014|55P03|57P03|25006|40001|40P01|28...|3D000)$/;
/** Said by a server that goes down, or of a connection that broke: the commit may have happened just before. */
const UNKNOWN = /^(?:57P0[12]|08...)$/;
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * A StoreUnavailable where the server is the reason, else undefined: then the statement itself is at fault.
 * @param connected whether the statement had been handed to a connection
 */
export function unavailable(error: unknown, connected: boolean): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (!connected) return new StoreUnavailable('the event store cannot be reached', false, { cause: error });
  if (typeof code === 'string') {
    if (NOT_CONNECTED.has(code))
      return new StoreUnavailable('the event store cannot be reached', false, { cause: error });
    if (NOTHING_WRITTEN.test(code)) return new StoreUnavailable('the event store is busy', false, { cause: error });
    if (UNKNOWN.test(code)) return lost(error);
    // A SQLSTATE that is about the statement.
    if (/^[0-9A-Z]{5}$/.test(code)) return undefined;
  }
  // The driver's own errors about a broken connection have no SQLSTATE ("Connection terminated unexpectedly", EPIPE).
  return lost(error);
}

function lost(error: unknown): StoreUnavailable {
  return new StoreUnavailable('the connection to the event store broke: the outcome is unknown', true, {
    cause: error,
  });
}
