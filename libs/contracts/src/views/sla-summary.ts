/** `GET /sla/summary`. */
export const SUMMARY_GROUPS = ['target', 'region', 'depot', 'technician', 'product', 'month'] as const;
export type SummaryGroup = (typeof SUMMARY_GROUPS)[number];

export interface SlaSummaryFilter {
  /** Empty: one group over everything. */
  readonly groupBy: readonly SummaryGroup[];
  /** On the clock's start, Asia/Shanghai. A month or a day includes itself whole; an RFC 3339 `from` is inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** An import's name, or `live`; absent: all. */
  readonly source?: string;
}

/** The group's keys as asked for (null: no depot, technician or product known), then its figures. */
export interface SlaSummaryItem extends Partial<Record<SummaryGroup, string | null>> {
  readonly running: number;
  /** Suspended clocks included. */
  readonly paused: number;
  readonly met: number;
  readonly breached: number;
  readonly exempted: number;
  readonly voided: number;
  readonly cancelled: number;
  readonly replaced: number;
  /** met / (met + breached), 0-1; null when there is neither. */
  readonly metRate: number | null;
  /** Median and 90th percentile (interpolated) of the counted time of met and of stopped breached clocks; null without any. */
  readonly p50: string | null;
  readonly p90: string | null;
}
