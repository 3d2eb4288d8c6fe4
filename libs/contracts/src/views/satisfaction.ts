/** `GET /satisfaction` and `GET /cases/{id}/ratings` (R63). */
export const SATISFACTION_GROUPS = ['depot', 'technician', 'product', 'region', 'month'] as const;
export type SatisfactionGroup = (typeof SATISFACTION_GROUPS)[number];

export interface SatisfactionFilter {
  /** Empty: one group over everything. */
  readonly groupBy: readonly SatisfactionGroup[];
  /** On the closing, Asia/Shanghai. A month or a day includes itself whole; an RFC 3339 `from` is inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
}

/** The group's keys as asked for (null: not known), then its figures. Closings of enquiries are not among them. */
export interface SatisfactionItem extends Partial<Record<SatisfactionGroup, string | null>> {
  readonly closed: number;
  /** A link was sent, or a first rating was told by telephone without one. */
  readonly sent: number;
  /** Of these, rated at least once. */
  readonly answered: number;
  /** answered / sent, 0-1; null where nothing was sent. */
  readonly responseRate: number | null;
  /** Of csat, 1-5; null without any. */
  readonly average: number | null;
  /** How many csat ratings of each score. */
  readonly distribution: Readonly<Record<'1' | '2' | '3' | '4' | '5', number>>;
  /** Promoters (9, 10) less detractors (0-6) of the nps ratings, -100 to 100; null without any. */
  readonly nps: number | null;
}

export interface RatingView {
  readonly kind: string;
  readonly score: number;
  /** Personal data. */
  readonly comment?: string;
  readonly channel: string;
  readonly via: 'link' | 'telephone';
  readonly at: string;
  /** Who wrote it down; of the customer himself `customer`. */
  readonly by: string;
}

/** One closing of a case and what was said of it. */
export interface ClosureRatingsView {
  /** 1 + reopenings before it. */
  readonly cycle: number;
  readonly closedAt: string;
  readonly sentAt: string | null;
  readonly expiresAt: string;
  /** To hand on to the customer, by those who may see his contact data; absent once used up, reopened or expired. */
  readonly link?: string;
  readonly ratings: readonly RatingView[];
}
