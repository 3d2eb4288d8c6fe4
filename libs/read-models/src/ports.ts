/** What queries need from outside; given by the composition root. */
import type { SqlClient } from '@fieldcase/eventsourcing';

/** Any pg Pool fits. */
export type QueryClient = Pick<SqlClient, 'query'>;

/**
 * How far a projection has come, as text. Asked before the rows are read, so that the rows are never older than it says.
 */
export type PositionOf = (projection: string) => Promise<bigint | string>;

/** Schema of the live tables; a rebuild works beside it and swaps. */
export const LIVE_SCHEMA = 'read_models';
