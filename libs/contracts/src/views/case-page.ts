/** `GET /cases/{id}`: the whole case. Personal fields are absent where the caller may not see them or they were erased. */
import type { CaseStatus } from './case-board';
import type { PartRequestView } from './part-views';

export interface ContactView {
  readonly name: string;
  readonly phone: string;
}
export interface MaterialLineView {
  readonly partNumber: string;
  readonly quantity: number;
  readonly serial?: string;
  readonly source: string;
}
export interface DiagnosisView {
  readonly faultCode: string;
  readonly cause?: string;
  readonly correction?: string;
  readonly at: string;
}
export interface AppointmentView {
  readonly from: string;
  readonly to: string;
  readonly requestedBy: string;
  readonly agreedAt: string;
  /** How often it was moved. */
  readonly moves: number;
  readonly reason?: string;
  readonly overrideReason?: string;
}
export interface VisitView {
  readonly visitId: string;
  readonly technicianId: string;
  readonly state:
    'dispatched' | 'accepted' | 'appointed' | 'travelling' | 'on-site' | 'completed' | 'declined' | 'withdrawn';
  readonly cycle: number;
  readonly homeDepot?: string;
  readonly note?: string;
  readonly dispatchedAt: string;
  readonly acceptedAt?: string;
  readonly appointment?: AppointmentView;
  readonly travelStartedAt?: string;
  readonly arrivedAt?: string;
  readonly completedAt?: string;
  /** Declined or withdrawn. */
  readonly endedAt?: string;
  readonly fixed?: boolean;
  /** Why it was not fixed, declined or withdrawn. */
  readonly reason?: string;
  readonly remote?: boolean;
  readonly diagnoses: readonly DiagnosisView[];
  readonly materials: readonly MaterialLineView[];
}
export interface PauseView {
  readonly reason: string;
  readonly note?: string;
  readonly from: string;
  readonly until?: string;
  /** null: open. */
  readonly endedAt: string | null;
  readonly endedBy: string | null;
}
export interface NoteView {
  readonly kind: string;
  readonly text?: string;
  readonly channel?: string;
  readonly actor: string;
  readonly at: string;
}
export interface ExemptionView {
  readonly exemptionId: string;
  readonly target: string;
  readonly state: 'pending' | 'approved' | 'refused';
  readonly reason?: string;
  readonly note?: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}
export interface VoidingView {
  readonly clockId: string;
  readonly target: string;
  readonly state: 'pending' | 'approved' | 'refused';
  readonly breachedAt: string;
  readonly factType: string;
  readonly recordedBy: string;
  readonly requestedAt: string;
  /** Of whoever decided. */
  readonly note?: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}
export interface SignatureView {
  readonly signerName?: string;
  readonly signedAt: string;
  readonly materialsDigest: string;
  /** The materials are still those that were signed, and the case was not reopened since. */
  readonly valid: boolean;
  readonly hasImage: boolean;
}
export interface CasePageView {
  readonly id: string;
  readonly number: string;
  /** The case stream's own; equals the ETag. */
  readonly version: number;
  readonly position: string;
  readonly status: CaseStatus;
  readonly caseType: string;
  readonly priority: string;
  readonly region: string;
  readonly county?: string;
  readonly product?: string;
  readonly assetSerial?: string;
  readonly channel?: string;
  readonly depotId?: string;
  readonly source: string;
  readonly sourceKey?: string;
  readonly siteName?: string;
  readonly contact?: ContactView;
  readonly address?: string;
  readonly geo?: { readonly lat: number; readonly lon: number };
  readonly faultDescription?: string;
  readonly firstContact?: string;
  readonly specialDemands?: string;
  readonly faultCode?: string;
  readonly handlingOpinion?: string;
  readonly coverage?: string;
  readonly owner?: string;
  readonly responsibility: readonly { readonly to: string; readonly reason?: string; readonly at: string }[];
  readonly reportedAt: string;
  readonly cycle: number;
  /** The one that stands. */
  readonly customerTime: { readonly promise: number; readonly from: string; readonly to: string } | null;
  readonly followUpOf?: string;
  readonly mergedInto?: string;
  readonly absorbed: readonly { readonly caseId: string; readonly number: string; readonly contact?: ContactView }[];
  readonly visits: readonly VisitView[];
  /** All lines of all visits. */
  readonly materials: readonly MaterialLineView[];
  readonly materialsDigest: string;
  /** Those that somebody asked for, each with its parts. */
  readonly partRequests: readonly PartRequestView[];
  readonly signature: SignatureView | null;
  /** The last one; `current`: after the last completion and the last reopening. */
  readonly customerInformed: {
    readonly at: string;
    readonly channel: string;
    readonly result?: string;
    readonly current: boolean;
  } | null;
  readonly pauses: readonly PauseView[];
  readonly notes: readonly NoteView[];
  readonly exemptions: readonly ExemptionView[];
  readonly voidings: readonly VoidingView[];
  readonly closings: readonly {
    readonly resolution: string;
    readonly note?: string;
    readonly at: string;
    readonly by: string;
    readonly reopenedAt?: string;
    readonly reopenReason?: string;
  }[];
  readonly cancellation: { readonly reason?: string; readonly at: string; readonly by: string } | null;
  readonly policy: { readonly id: string; readonly version: number };
}
