import {
  rootOf,
  type Projection,
  type RecordedEvent,
  type SqlClient,
  type SubjectErased,
} from '@fieldcase/eventsourcing';

export const ERASED: SubjectErased['type'] = 'SubjectErased';

/** What a release knows, and erasures: those are this machinery's own, whatever the release's domain is. */
export function knownWith(isKnown?: (event: RecordedEvent) => boolean): (event: RecordedEvent) => boolean {
  return (event) => (event.type === ERASED && event.schemaVersion === 1) || (isKnown?.(event) ?? true);
}

/** Types that are this projection's business: all others only move its checkpoint. */
export function typesOf(projection: Projection): ReadonlySet<string> {
  return new Set(projection.erase ? [...projection.eventTypes, ERASED] : projection.eventTypes);
}

/**
 * Applies wanted events, as many at once as may be. An erasure must not take away what was said after it: its root's
 * later events are applied after it.
 */
export async function applyEvents(
  client: SqlClient,
  projection: Projection,
  events: readonly RecordedEvent[],
): Promise<void> {
  const types = new Set(projection.eventTypes);
  for (let rest = events; rest.length > 0;) {
    const { now, erased, later } = untilErased(rest, projection.erase !== undefined);
    const wanted = now.filter((event) => types.has(event.type));
    if (wanted.length > 0) await projection.apply(client, wanted);
    for (const { data } of erased) await projection.erase?.(client, (data as SubjectErased['data']).subjectId);
    rest = later;
  }
}

/** Of each root the events up to its first erasure, that included; the erasures; and what comes after them. */
function untilErased(
  events: readonly RecordedEvent[],
  erases: boolean,
): { now: readonly RecordedEvent[]; erased: readonly RecordedEvent[]; later: readonly RecordedEvent[] } {
  if (!erases || !events.some(({ type }) => type === ERASED)) return { now: events, erased: [], later: [] };
  const [now, erased, later]: [RecordedEvent[], RecordedEvent[], RecordedEvent[]] = [[], [], []];
  const roots = new Set<string>();
  for (const event of events) {
    const root = rootOf(event.streamId);
    if (roots.has(root)) {
      later.push(event);
      continue;
    }
    now.push(event);
    if (event.type !== ERASED) continue;
    roots.add(root);
    erased.push(event);
  }
  return { now, erased, later };
}
