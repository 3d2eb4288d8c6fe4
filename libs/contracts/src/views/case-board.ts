/** `GET /cases`: the board. Instants are RFC 3339 with offset, durations ISO 8601, positions decimal strings. */
export const CASE_STATUSES = [
  'reported',
  'triaged',
  'dispatched',
  'accepted',
  'appointed',
  'travelling',
  'on-site',
  'visit-done',
  'closed',
  'cancelled',
  'merged',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

export const BOARD_QUEUES = [
  'mine',
  'unassigned',
  'due-soon',
  'breached',
  'waiting-parts',
  'reopened',
  'inform-due',
  'low-rating',
] as const;
export type BoardQueue = (typeof BOARD_QUEUES)[number];

export const BOARD_SORTS = ['due', 'reportedAt'] as const;
export type BoardSort = (typeof BOARD_SORTS)[number];

/** A page of a list. `next` is null on the last page; `position` is how far the read model had come. */
export interface ListView<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly position: string;
}

export interface CaseBoardFilter {
  readonly status?: CaseStatus | readonly CaseStatus[];
  readonly queue?: BoardQueue;
  readonly region?: string;
  /** The open visit's technician, else the latest visit's. */
  readonly technicianId?: string;
  readonly depotId?: string;
  readonly product?: string;
  readonly priority?: string;
  readonly owner?: string;
  /** An import's name, or `live`. */
  readonly source?: string;
  /** Part of a number, phone, site name or serial; callers without personal data find by number and serial only. */
  readonly q?: string;
  /** Ascending. `due`: the next clock's due instant, cases without one last. */
  readonly sort?: BoardSort;
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface NextClockView {
  readonly clockId: string;
  readonly target: string;
  readonly state: string;
  /** Absent while the clock is paused or suspended. */
  readonly dueAt?: string;
}

export interface CaseBoardItem {
  readonly id: string;
  readonly number: string;
  readonly status: CaseStatus;
  /** null where the caller may not see it, or where it was erased. */
  readonly siteName: string | null;
  readonly region: string;
  readonly county: string | null;
  readonly priority: string;
  readonly caseType: string;
  readonly product: string | null;
  readonly technicianId: string | null;
  readonly owner: string | null;
  readonly source: string;
  readonly reportedAt: string;
  readonly pauseReason: string | null;
  readonly pauseUntil: string | null;
  readonly nextClock: NextClockView | null;
}
