/** The columns of a case's board row: a pure function of its fold. */
import type { Instant } from '@fieldcase/eventsourcing';
import {
  currentVisitOf,
  isWaitingForParts,
  openVisitOf,
  pausesOf,
  statusOf,
  techniciansOf,
  type CaseFold,
} from './case-fold';
import { boardClocksOf, outlookOf, type ClockOutlook } from './clock-outlook';
import { packedClock } from './packed-clocks';
import { soonColumns } from './soon-columns';
import { utc, utcOrInfinity, utcOrNull } from './utc';

/** Instants as ISO 8601 UTC, `infinity` and `-infinity` as PostgreSQL reads them. */
export type BoardRow = ReturnType<typeof boardRowOf>;

/** Nobody leafs through a board for longer. */
const LEAFED_MS = 24 * 3_600_000;

export function boardRowOf(id: string, fold: CaseFold) {
  const open = fold.ended === null;
  // Of a case that has ended no clock is anybody's concern: to judge them is most of what a row costs.
  const outlook = open ? outlookOf(fold) : [];
  const openVisit = openVisitOf(fold);
  const visit = currentVisitOf(fold);
  const pauses = pausesOf(fold);
  const [pause] = pauses;
  return {
    id,
    number: fold.number,
    status: statusOf(fold),
    is_open: open,
    case_type: fold.caseType,
    priority: fold.priority,
    region: fold.region,
    county: fold.county,
    product: fold.product,
    serial: fold.serial,
    owner: fold.owner,
    technician_id: visit?.technicianId ?? null,
    open_technician_id: openVisit?.technicianId ?? null,
    technicians: techniciansOf(fold),
    depot_id: visit?.homeDepot ?? fold.depotId,
    source: fold.source,
    reported_at: utc(fold.reportedAt),
    pause_reason: pause?.reason ?? null,
    pause_until: utcOrNull(pause?.until ?? null),
    unassigned: open && fold.caseType !== 'enquiry' && openVisit === null,
    reopened: open && fold.cycle > 1,
    inform_due: open && fold.informDue,
    // A part that was ordered elsewhere is said by a pause.
    waiting_parts: open && (isWaitingForParts(fold) || pauses.some(({ reason }) => reason === 'waiting-part')),
    low_rating: fold.closures.some(({ unheard }) => unheard),
    ...dueColumns(fold, outlook, pauses),
    position: fold.position,
    fold,
  };
}

type Pauses = ReturnType<typeof pausesOf>;

/** Of any pause: also one that is not the first needs somebody when its time is over. */
function earliestExpiry(pauses: Pauses): Instant | null {
  const expiries = pauses.flatMap((pause) => (pause.until === null ? [] : [pause.until]));
  return expiries.length > 0 ? Math.min(...expiries) : null;
}

/** -Infinity: not held at that time, nor in the day before it. */
function heldUntil({ clock, ticking }: ClockOutlook, known: Instant): Instant {
  if (ticking === null) return -Infinity;
  const { runsFrom } = ticking;
  const isHeld = runsFrom > known || (runsFrom > clock.startedAt && runsFrom > known - LEAFED_MS);
  return isHeld ? runsFrom : -Infinity;
}

/**
 * `due_at` orders the board once `resumes_at` has passed, `due_before_at` until then: a clock that is held until the
 * customer's own time begins is not due before.
 *
 * `resumes_at` is none (`-infinity`) where no clock is held, or was within the day before the last fact: so an index has
 * the few cases alone that are (of 100,000 open ones 6,000). A day, since a board that is leafed through is judged by the
 * time of its first page.
 */
function dueColumns(fold: CaseFold, outlook: readonly ClockOutlook[], pauses: Pauses) {
  const ticking = outlook.flatMap((each) => each.ticking ?? []);
  const known = fold.facts.facts.at(-1)?.recordedAt ?? -Infinity;
  const resumesAt = Math.max(...outlook.map((each) => heldUntil(each, known)), -Infinity);
  const before = ticking.filter((clock) => clock.runsFrom < resumesAt);
  const soon = ticking.map(({ soonAt, dueAt }) => ({ from: soonAt, to: dueAt })).filter(({ from, to }) => from <= to);
  const expiry = earliestExpiry(pauses);
  if (expiry !== null) soon.push({ from: expiry, to: Infinity });
  const dueAt = Math.min(...ticking.map((clock) => clock.dueAt), Infinity);
  return {
    due_at: utcOrInfinity(dueAt),
    due_before_at: utcOrInfinity(Math.min(...before.map((clock) => clock.dueAt), Infinity)),
    resumes_at: utcOrInfinity(resumesAt),
    ...soonColumns(soon, dueAt),
    packed_clocks: boardClocksOf(fold, outlook).map(packedClock),
  };
}
