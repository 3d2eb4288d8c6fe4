import type { LogSource, Projection, RecordedEvent, SqlClient, SubjectErased } from '@fieldcase/eventsourcing';
import { applyEvents, ERASED, knownWith } from '../subscriptions/apply-events';
import { CheckpointMoved, loadCheckpoint, OtherVersion } from '../subscriptions/checkpoints';
import { attempt, type SetAside } from './isolate';
import { removeParked } from './parked-rows';

/**
 * Erases at once for every erasure that waits behind a parked event: nobody's data stays because an event of his could
 * not be applied. The erasure stays parked in its place as well, so that a retry erases again after the older events
 * and before what was said later. Run it after whatever the caller applies: all that is set aside comes later.
 * @param keepFailures false: a failure is thrown; true: it becomes the error of that erasure
 */
export async function eraseWaiting(
  client: SqlClient,
  { projection, isKnown }: { readonly projection: Projection; readonly isKnown?: Known | undefined },
  setAside: readonly SetAside[],
  keepFailures: boolean,
): Promise<SetAside[]> {
  const known = knownWith(isKnown);
  const result: SetAside[] = [];
  for (const one of setAside) {
    const { event } = one;
    const waits = one.error === undefined && event.type === ERASED && known(event);
    const erase = async (): Promise<void> =>
      projection.erase?.(client, (event.data as SubjectErased['data']).subjectId);
    if (waits && !keepFailures) await erase();
    const error = waits && keepFailures ? await attempt(client, erase) : one.error;
    result.push({ event, ...(error !== undefined && { error }) });
  }
  return result;
}

/**
 * After a discard: an erasure with nothing left to wait for, once more and then no longer parked. One that fails or
 * that this code cannot apply stays parked.
 * @param touched SQL condition on `fieldcase.parked e`: which subscriptions and roots
 */
export async function applyLeadingErasures(
  client: SqlClient,
  options: {
    readonly source: LogSource;
    readonly projections: ReadonlyMap<string, Projection>;
    readonly isKnown?: Known | undefined;
  },
  touched: string,
  values: readonly unknown[],
): Promise<void> {
  const { rows } = await client.query<{ subscription: string; position: string }>(
    `select subscription, position from fieldcase.parked e
     where ${touched} and status = 'parked' and type = '${ERASED}'
       and not exists (select from fieldcase.parked p where p.subscription = e.subscription and p.root = e.root
                       and p.status = 'parked' and p.type <> '${ERASED}' and p.position < e.position)
     order by subscription, position`,
    values,
  );
  const known = knownWith(options.isKnown);
  for (const { subscription, position } of rows) {
    const projection = options.projections.get(subscription);
    if (!projection || !(await ownsRows(client, projection))) continue;
    const at = BigInt(position);
    const [event] = (await options.source.read({ after: at - 1n, limit: 1, upTo: at })).events;
    if (!event || !known(event)) continue;
    const failure = await attempt(client, () => applyEvents(client, projection, [event]));
    if (failure === undefined) await removeParked(client, subscription, [event]);
  }
}

type Known = (event: RecordedEvent) => boolean;

/** Code of another version must not write its rows. */
async function ownsRows(client: SqlClient, { name, version }: Projection): Promise<boolean> {
  try {
    await loadCheckpoint(client, name, version);
    return true;
  } catch (error) {
    if (error instanceof OtherVersion || error instanceof CheckpointMoved) return false;
    throw error;
  }
}
