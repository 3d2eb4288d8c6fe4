/**
 * A technician's ISO week (UTC) of agreed windows. A window is written to every week that it touches, so of two
 * overlapping windows at least one week knows both: the streams' versions make a double booking impossible.
 */
import { Rejection, streamId, type Decided, type Decider, type Instant } from '@fieldcase/eventsourcing';
import type { TechnicianWeekEvent } from './technician-week.events';

const DAY_MS = 86_400_000;
/** Longest window that can be agreed. */
export const MAX_WINDOW_MS = 7 * DAY_MS;

export type ReserveWindow = {
  readonly type: 'ReserveWindow';
  readonly visitId: string;
  readonly caseId: string;
  readonly from: Instant;
  readonly to: Instant;
};
export type ReleaseWindow = { readonly type: 'ReleaseWindow'; readonly visitId: string };
export type TechnicianWeekCommand = ReserveWindow | ReleaseWindow;

export interface ReservedWindow {
  readonly visitId: string;
  readonly caseId: string;
  readonly from: Instant;
  readonly to: Instant;
}
export interface TechnicianWeekState {
  readonly windows: readonly ReservedWindow[];
}

/** Rejects with `technician.double-booked` {visitId, caseId, from, to} of the visit that is in the way. */
export const technicianWeekDecider: Decider<TechnicianWeekCommand, TechnicianWeekEvent, TechnicianWeekState> = {
  initialState: { windows: [] },
  decide(command, state) {
    switch (command.type) {
      case 'ReserveWindow':
        return reserve(command, state);
      case 'ReleaseWindow': {
        const { visitId } = command;
        const known = state.windows.some((window) => window.visitId === visitId);
        return known ? [{ type: 'WindowReleased', data: { visitId } }] : [];
      }
      default:
        return command satisfies never;
    }
  },
  evolve(state, event) {
    const others = state.windows.filter(({ visitId }) => visitId !== event.data.visitId);
    switch (event.type) {
      case 'WindowReserved': {
        const { visitId, caseId, from, to } = event.data;
        return { windows: [...others, { visitId, caseId, from: Date.parse(from), to: Date.parse(to) }] };
      }
      case 'WindowReleased':
        return { windows: others };
      default:
        event satisfies never;
        return state;
    }
  },
};

/** A visit's new window takes the place of its old one. */
function reserve(command: ReserveWindow, state: TechnicianWeekState): readonly Decided<TechnicianWeekEvent>[] {
  const { visitId, caseId, from, to } = command;
  const own = state.windows.find((window) => window.visitId === visitId);
  if (own && own.from === from && own.to === to) return [];
  const other = state.windows.find((window) => window.visitId !== visitId && window.from < to && from < window.to);
  const iso = (at: Instant) => new Date(at).toISOString();
  if (other) {
    const inTheWay = { visitId: other.visitId, caseId: other.caseId, from: iso(other.from), to: iso(other.to) };
    throw new Rejection('technician.double-booked', 'conflict', inTheWay);
  }
  return [{ type: 'WindowReserved', data: { visitId, caseId, from: iso(from), to: iso(to) } }];
}

/** ISO 8601 week of an instant in UTC, e.g. `2026-W48`. */
export function isoWeek(at: Instant): string {
  const thursday = new Date(mondayOf(at) + 3 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Midnight UTC of the instant's Monday; 1970-01-01 was a Thursday. */
function mondayOf(at: Instant): Instant {
  const day = Math.floor(at / DAY_MS);
  return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS;
}

export function technicianWeekStream(technicianId: string, week: string): string {
  return streamId('technician-week', technicianId, week);
}

/** The streams that a half-open window [from, to) touches, ascending. */
export function weekStreams(technicianId: string, from: Instant, to: Instant): readonly string[] {
  const streams: string[] = [];
  for (let monday = mondayOf(from); monday < Math.max(to, from + 1); monday += 7 * DAY_MS) {
    streams.push(technicianWeekStream(technicianId, isoWeek(monday)));
  }
  return streams;
}
