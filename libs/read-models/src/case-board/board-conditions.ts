/** What a filter asks of open cases, and what of those that have ended: each have indexes of their own. */
import type { CaseBoardFilter, CaseStatus, Scope } from '@fieldcase/contracts';
import { isOffice, isTechnician, type Parameters } from '../access';

export interface BoardConditions {
  /** Null where none can be meant. */
  readonly open: readonly string[] | null;
  readonly ended: readonly string[] | null;
}

/** Of a case that is not open. */
const ENDS: ReadonlySet<CaseStatus> = new Set(['closed', 'cancelled', 'merged']);

/** Queues that need neither the caller nor `now`. `low-rating` fills with ratings. */
const FLAG_QUEUES = {
  unassigned: 'unassigned',
  'waiting-parts': 'waiting_parts',
  reopened: 'reopened',
  'inform-due': 'inform_due',
  'low-rating': 'low_rating',
} as const;

export function conditionsOf(
  scope: Scope,
  filter: CaseBoardFilter,
  now: () => string,
  parameters: Parameters,
): BoardConditions {
  const asked = filter.status === undefined ? undefined : [filter.status].flat();
  const ended = asked?.filter((status) => ENDS.has(status));
  const open = asked?.filter((status) => !ENDS.has(status));
  const both = equalities(filter, parameters);
  const hasEnded = filter.queue === undefined || filter.queue === 'low-rating';
  // Where nothing at all can be meant, open cases are asked for none.
  const noOpen = open?.length === 0 && hasEnded && ended?.length !== 0;
  const noEnded = !hasEnded || ended?.length === 0;
  const queue = queueSql(scope, filter.queue, now, parameters);
  return {
    open: noOpen ? null : ['is_open', ...statusSql(open, parameters), ...both, ...queue],
    ended: noEnded ? null : ['not is_open', ...statusSql(ended, parameters), ...both, ...queue],
  };
}

function equalities(filter: CaseBoardFilter, parameters: Parameters): string[] {
  const pairs: [string, string | undefined][] = [
    ['region', filter.region],
    ['technician_id', filter.technicianId],
    ['depot_id', filter.depotId],
    ['product', filter.product],
    ['priority', filter.priority],
    ['owner', filter.owner],
    ['source', filter.source],
  ];
  return pairs.flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${parameters.add(value)}`]));
}

function statusSql(asked: readonly CaseStatus[] | undefined, parameters: Parameters): string[] {
  if (asked === undefined) return [];
  // One alone: an index is in the order of what comes after it.
  return asked.length === 1
    ? [`status = ${parameters.add(asked[0])}`]
    : [`status = any(${parameters.add(asked)}::text[])`];
}

function queueSql(
  scope: Scope,
  queue: CaseBoardFilter['queue'],
  now: () => string,
  parameters: Parameters,
): readonly string[] {
  if (queue === undefined) return [];
  if (queue === 'mine') return [mineSql(scope, parameters)];
  if (queue === 'due-soon') return [`soon @> ${now()}`];
  if (queue === 'breached') return [`due_at < ${now()}`];
  return [FLAG_QUEUES[queue]];
}

/**
 * The queue `due-soon` in parts that have no case in common, each of which an index can tell from all others: what is not
 * late yet, and what is and is due soon again. No more than that: a condition on the index is a third of what a walk costs.
 */
export function dueSoonParts(now: string): readonly (readonly string[])[] {
  const late = `due_at < ${now}`;
  return [
    [`due_at >= ${now}`, `lower(soon) <= ${now}`],
    [late, `soon_again_from <= ${now}`, `soon_again_to >= ${now}`],
    [late, `soon_later_from <= ${now}`, `upper(soon) >= ${now}`],
  ];
}

/** A technician's own are his open visits; everybody else's are the open cases that he owns. */
function mineSql(scope: Scope, parameters: Parameters): string {
  const sub = parameters.add(scope.sub);
  // Of an open visit's case he is the technician as well; that has an index.
  const visits = `(technician_id = ${sub} and open_technician_id = ${sub})`;
  const owned = `owner = ${sub}`;
  if (!isTechnician(scope)) return owned;
  return isOffice(scope) ? `(${visits} or ${owned})` : visits;
}
