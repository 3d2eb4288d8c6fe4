/**
 * Commands of a service case as the decider sees them: references resolved, ids made, instants in epoch ms.
 * The actor, now and occurredAt are in CommandContext.
 */
import type { Instant } from '@fieldcase/eventsourcing';
import type { PolicyChoice } from '../sla/policy.types';
import type {
  CaseType,
  Contact,
  Coverage,
  Geo,
  MaterialLine,
  NoteKind,
  PauseReason,
  Priority,
  RequestedBy,
  Resolution,
} from './case.events';
import type { PartCommand } from './part.commands';
import type { StockLine } from '../stock/stock.events';

export type * from './part.commands';

type C<Type extends string, Body> = { readonly type: Type } & Readonly<Body>;
export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
}

export type ReportFault = C<
  'ReportFault',
  {
    caseId: string;
    number: string;
    siteName: string;
    contact: Contact;
    address: string;
    region: string;
    faultDescription: string;
    county?: string;
    geo?: Geo;
    product?: string;
    assetSerial?: string;
    caseType?: CaseType;
    priority?: Priority;
    channel?: string;
    firstContact?: string;
    specialDemands?: string;
    customerTime?: TimeWindow;
    followUpOf?: string;
    depotId?: string;
    sla: PolicyChoice;
  }
>;
export type TriageCase = C<
  'TriageCase',
  {
    faultCode: string;
    priority: Priority;
    handlingOpinion: string;
    caseType?: CaseType;
    coverage?: Coverage;
    sla: PolicyChoice;
  }
>;
export type CorrectDetails = C<
  'CorrectDetails',
  {
    reason: string;
    changes: {
      siteName?: string;
      contact?: Contact;
      address?: string;
      region?: string;
      county?: string;
      faultDescription?: string;
      geo?: Geo;
      product?: string;
      assetSerial?: string;
      priority?: Priority;
      channel?: string;
      firstContact?: string;
      specialDemands?: string;
      customerTime?: TimeWindow;
      followUpOf?: string;
      /** Resolved when region or county change; null where the new place has none. */
      depotId?: string | null;
    };
  }
>;
export type AddNote = C<'AddNote', { text: string; kind: NoteKind; channel?: string }>;
export type TakeOwnership = C<'TakeOwnership', { owner: string }>;
export type HandOverResponsibility = C<'HandOverResponsibility', { to: string; reason: string }>;
export type RequestCustomerTime = C<'RequestCustomerTime', TimeWindow>;
export type WithdrawCustomerTime = C<'WithdrawCustomerTime', { reason: string }>;
export type MergeDuplicate = C<'MergeDuplicate', { into: string }>;
/** Internal, on the survivor's stream in the same append; refuses as MergeDuplicate would have to. */
export type AbsorbDuplicate = C<
  'AbsorbDuplicate',
  { caseId: string; number: string; reportedAt: Instant; contact?: Contact }
>;
export type DispatchTechnician = C<
  'DispatchTechnician',
  { visitId: string; technicianId: string; homeDepot?: string; note?: string }
>;
export type AcceptDispatch = C<'AcceptDispatch', { visitId: string }>;
export type DeclineDispatch = C<'DeclineDispatch', { visitId: string; reason: string }>;
export type WithdrawDispatch = C<'WithdrawDispatch', { visitId: string; reason: string }>;
/** The first time AppointmentAgreed, afterwards AppointmentMoved. */
export type AgreeAppointment = C<
  'AgreeAppointment',
  TimeWindow & { visitId: string; requestedBy: RequestedBy; reason?: string; override?: { readonly reason: string } }
>;
export type StartTravel = C<'StartTravel', { visitId: string; geo?: Geo }>;
export type RecordArrival = C<'RecordArrival', { visitId: string; geo?: Geo }>;
export type RecordDiagnosis = C<
  'RecordDiagnosis',
  { visitId: string; faultCode: string; cause: string; correction?: string }
>;
/** Of the visit's technician's van: each line's pieces by owner, as its card stood. */
export interface VanUse {
  readonly depotId: string;
  readonly lines: readonly { readonly partNumber: string; readonly lines: readonly StockLine[] }[];
}
export type CompleteVisit = C<
  'CompleteVisit',
  {
    visitId: string;
    fixed: boolean;
    reason?: string;
    materials: readonly MaterialLine[];
    customerInformed?: { readonly result: string; readonly channel: string };
    /** What lines from his van take from its stock. */
    van?: VanUse;
  }
>;
export type AmendMaterials = C<
  'AmendMaterials',
  { visitId: string; materials: readonly MaterialLine[]; reason: string; van?: VanUse }
>;
export type CaptureSignature = C<'CaptureSignature', { signerName: string; materialsDigest: string; image?: string }>;
export type InformCustomer = C<'InformCustomer', { result: string; channel: string }>;
export type PauseCase = C<'PauseCase', { reason: PauseReason; note?: string; until: Instant }>;
export type ResumeCase = C<'ResumeCase', { reason?: PauseReason }>;
export type RequestExemption = C<'RequestExemption', { exemptionId: string; target: string; reason: string }>;
export type ApproveExemption = C<'ApproveExemption', { exemptionId: string; note?: string }>;
export type RefuseExemption = C<'RefuseExemption', { exemptionId: string; note?: string }>;
export type ApproveVoiding = C<'ApproveVoiding', { clockId: string; note?: string }>;
export type RefuseVoiding = C<'RefuseVoiding', { clockId: string; note?: string }>;
export type CloseCase = C<'CloseCase', { resolution: Resolution; note?: string }>;
export type CancelCase = C<'CancelCase', { reason: string }>;
/** `windowMs`: how long after the last closing a case may be reopened. */
export type ReopenCase = C<'ReopenCase', { reason: string; windowMs: number }>;
/** From the timer worker: record every clock fact that is due by `now`. */
export type RecordClockFacts = C<'RecordClockFacts', object>;

export type CaseCommand =
  | ReportFault
  | TriageCase
  | CorrectDetails
  | AddNote
  | TakeOwnership
  | HandOverResponsibility
  | RequestCustomerTime
  | WithdrawCustomerTime
  | MergeDuplicate
  | AbsorbDuplicate
  | DispatchTechnician
  | AcceptDispatch
  | DeclineDispatch
  | WithdrawDispatch
  | AgreeAppointment
  | StartTravel
  | RecordArrival
  | RecordDiagnosis
  | CompleteVisit
  | AmendMaterials
  | CaptureSignature
  | InformCustomer
  | PauseCase
  | ResumeCase
  | RequestExemption
  | ApproveExemption
  | RefuseExemption
  | ApproveVoiding
  | RefuseVoiding
  | CloseCase
  | CancelCase
  | ReopenCase
  | RecordClockFacts
  | PartCommand;
