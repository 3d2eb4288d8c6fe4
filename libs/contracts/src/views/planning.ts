/** `GET /technicians`, `GET /visits` and `GET /approvals`. */
export interface TechnicianDayWindow {
  /** null where the case is not the caller's to see: he is busy all the same. */
  readonly visitId: string | null;
  readonly caseId: string | null;
  readonly from: string;
  readonly to: string;
}
export interface TechnicianView {
  readonly id: string;
  /** null for callers without personal data. */
  readonly name: string | null;
  readonly homeDepot: string;
  readonly regions: readonly string[];
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  /** Agreed windows of open visits that touch the day, by start. */
  readonly windows: readonly TechnicianDayWindow[];
  /** Visits of his that are open now. */
  readonly openVisits: number;
}
export interface TechnicianFilter {
  readonly region?: string;
  readonly skill?: string;
  readonly language?: string;
  /** YYYY-MM-DD in Asia/Shanghai; absent: the day of `now`. */
  readonly date?: string;
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}
export interface DayVisitView {
  readonly visitId: string;
  readonly caseId: string;
  readonly number: string;
  readonly technicianId: string;
  readonly state: string;
  readonly siteName: string | null;
  readonly region: string;
  readonly county: string | null;
  readonly priority: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly dispatchedAt: string;
  readonly arrivedAt: string | null;
  readonly completedAt: string | null;
}
export interface VisitFilter {
  readonly technicianId: string;
  /** YYYY-MM-DD in Asia/Shanghai; absent: the day of `now`. */
  readonly date?: string;
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}
export interface ApprovalView {
  readonly kind: 'exemption' | 'voiding' | 'adjustment';
  /** exemptionId, adjustmentId, or the clockId of a voiding: the path segment of the decision's route. */
  readonly id: string;
  /** The clockId, or `signature`; of an adjustment the part. */
  readonly target: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** Absent when erased; voidings have none. */
  readonly reason?: string;
  /** Exemptions and voidings only. */
  readonly caseId?: string;
  readonly number?: string;
  readonly region?: string;
  /** Voidings only: the late fact. */
  readonly factType?: string;
  /** Adjustments only. */
  readonly depotId?: string;
  readonly owner?: string;
  readonly by?: number;
}
