/**
 * The storage format of a service case (stream `case:<caseId>`). Instants inside `data` are ISO 8601 UTC strings.
 * Fields named in `casePersonalFields` never reach a decider's state: they are stored apart and merged on read.
 */
import type { PolicyChoice } from '../sla/policy.types';
import type { CaseType, PauseReason, Priority } from './case.values';
import { partPersonalFields, type PartEvent } from './parts.events';

export type { CaseType, PauseReason, Priority } from './case.values';
export * from './parts.events';

export type Coverage = 'in-warranty' | 'out-of-warranty' | 'unknown';
export type Resolution = 'repaired' | 'no-visit-needed' | 'solved-by-phone' | 'replaced' | 'not-repaired';
export type NoteKind = 'call' | 'callback' | 'note';
export type RequestedBy = 'customer' | 'us';

export interface Contact {
  readonly name: string;
  readonly phone: string;
}
export interface Geo {
  readonly lat: number;
  readonly lon: number;
}
/** A line of materials used on a visit. `source`: a part request's id, `van` or `customer-supplied`. */
export interface MaterialLine {
  readonly partNumber: string;
  /** Whole pieces, >= 1. */
  readonly quantity: number;
  readonly serial?: string;
  readonly source: string;
}

type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };

export type FaultReported = E<
  'FaultReported',
  {
    caseId: string;
    number: string;
    siteName?: string;
    contact?: Contact;
    address?: string;
    geo?: Geo;
    faultDescription?: string;
    firstContact?: string;
    specialDemands?: string;
    region: string;
    county?: string;
    product?: string;
    assetSerial?: string;
    caseType: CaseType;
    priority: Priority;
    channel?: string;
    followUpOf?: string;
    /** The county's depot, else the region's: where figures go before a dispatch. */
    depotId?: string;
    sla: PolicyChoice;
    /** An import's name; absent for live cases. */
    source?: string;
    /** The case's key in the imported file. */
    sourceKey?: string;
  }
>;
export type CaseTriaged = E<
  'CaseTriaged',
  {
    faultCode: string;
    priority: Priority;
    handlingOpinion?: string;
    caseType: CaseType;
    coverage?: Coverage;
    sla: PolicyChoice;
  }
>;
/** Non-personal corrections in `changes`, personal ones in `personalChanges`. */
export type DetailsCorrected = E<
  'DetailsCorrected',
  {
    changes: {
      region?: string;
      county?: string;
      product?: string;
      assetSerial?: string;
      priority?: Priority;
      channel?: string;
      followUpOf?: string;
      /** null: the corrected place has no depot. */
      depotId?: string | null;
    };
    personalChanges?: {
      siteName?: string;
      contact?: Contact;
      address?: string;
      geo?: Geo;
      faultDescription?: string;
      firstContact?: string;
      specialDemands?: string;
    };
    reason?: string;
  }
>;
export type NoteAdded = E<'NoteAdded', { text?: string; kind: NoteKind; channel?: string }>;
export type OwnershipTaken = E<'OwnershipTaken', { owner: string }>;
export type ResponsibilityHandedOver = E<'ResponsibilityHandedOver', { to: string; reason?: string }>;
/** `promise` is the running number of the customer's times in this case, from 1. */
export type CustomerTimeRequested = E<'CustomerTimeRequested', { promise: number; from: string; to: string }>;
export type CustomerTimeWithdrawn = E<'CustomerTimeWithdrawn', { promise: number; reason?: string }>;
export type CaseMerged = E<'CaseMerged', { into: string }>;
/** On the survivor: which duplicate it took in. */
export type DuplicateAbsorbed = E<'DuplicateAbsorbed', { caseId: string; number: string; contact?: Contact }>;
/** `notice` is false where an import opens a visit at its arrival: no appointment and no visitAfterNotice clock. */
export type TechnicianDispatched = E<
  'TechnicianDispatched',
  { visitId: string; technicianId: string; homeDepot?: string; note?: string; notice: boolean }
>;
export type DispatchAccepted = E<'DispatchAccepted', { visitId: string }>;
export type DispatchDeclined = E<'DispatchDeclined', { visitId: string; reason?: string }>;
export type DispatchWithdrawn = E<'DispatchWithdrawn', { visitId: string; reason?: string }>;
type Appointment = { visitId: string; from: string; to: string; requestedBy: RequestedBy; overrideReason?: string };
export type AppointmentAgreed = E<'AppointmentAgreed', Appointment>;
export type AppointmentMoved = E<'AppointmentMoved', Appointment & { reason?: string }>;
export type TravelStarted = E<'TravelStarted', { visitId: string; geo?: Geo }>;
export type TechnicianArrived = E<'TechnicianArrived', { visitId: string; geo?: Geo }>;
/** Import: a second arrival in an open visit. */
export type VisitHandedOver = E<'VisitHandedOver', { visitId: string; technicianId: string }>;
export type DiagnosisRecorded = E<
  'DiagnosisRecorded',
  { visitId: string; faultCode: string; cause?: string; correction?: string }
>;
/** `remote`: an import's completion without an open visit; it has no arrival. */
export type VisitCompleted = E<
  'VisitCompleted',
  { visitId: string; fixed: boolean; reason?: string; materials: readonly MaterialLine[]; remote?: boolean }
>;
/** The whole corrected list; a signature given before no longer counts. */
export type MaterialsAmended = E<
  'MaterialsAmended',
  { visitId: string; materials: readonly MaterialLine[]; reason?: string }
>;
export type CustomerSigned = E<'CustomerSigned', { signerName?: string; materialsDigest: string; image?: string }>;
export type CustomerInformed = E<'CustomerInformed', { result?: string; channel: string }>;
export type CasePaused = E<'CasePaused', { reason: PauseReason; note?: string; until?: string }>;
/** The pauses that end here; arrival, closing, cancelling and merging end theirs without this event. */
export type CaseResumed = E<'CaseResumed', { reasons: readonly PauseReason[] }>;
/** `target`: a clockId or `signature`. */
export type ExemptionRequested = E<'ExemptionRequested', { exemptionId: string; target: string; reason?: string }>;
export type ExemptionApproved = E<'ExemptionApproved', { exemptionId: string; target: string; note?: string }>;
export type ExemptionRefused = E<'ExemptionRefused', { exemptionId: string; target: string; note?: string }>;
export type CaseClosed = E<'CaseClosed', { resolution: Resolution; note?: string }>;
export type CaseCancelled = E<'CaseCancelled', { reason?: string }>;
export type CaseReopened = E<'CaseReopened', { reason?: string }>;

export type CaseEvent =
  | FaultReported
  | CaseTriaged
  | DetailsCorrected
  | NoteAdded
  | OwnershipTaken
  | ResponsibilityHandedOver
  | CustomerTimeRequested
  | CustomerTimeWithdrawn
  | CaseMerged
  | DuplicateAbsorbed
  | TechnicianDispatched
  | DispatchAccepted
  | DispatchDeclined
  | DispatchWithdrawn
  | AppointmentAgreed
  | AppointmentMoved
  | TravelStarted
  | TechnicianArrived
  | VisitHandedOver
  | DiagnosisRecorded
  | VisitCompleted
  | MaterialsAmended
  | CustomerSigned
  | CustomerInformed
  | CasePaused
  | CaseResumed
  | ExemptionRequested
  | ExemptionApproved
  | ExemptionRefused
  | CaseClosed
  | CaseCancelled
  | CaseReopened
  | PartEvent;

/** Top-level keys of `data` that are personal (contact, phone, address, any free text). */
export const casePersonalFields = {
  FaultReported: ['siteName', 'contact', 'address', 'geo', 'faultDescription', 'firstContact', 'specialDemands'],
  CaseTriaged: ['handlingOpinion'],
  DetailsCorrected: ['personalChanges', 'reason'],
  NoteAdded: ['text'],
  OwnershipTaken: [],
  ResponsibilityHandedOver: ['reason'],
  CustomerTimeRequested: [],
  CustomerTimeWithdrawn: ['reason'],
  CaseMerged: [],
  DuplicateAbsorbed: ['contact'],
  TechnicianDispatched: ['note'],
  DispatchAccepted: [],
  DispatchDeclined: ['reason'],
  DispatchWithdrawn: ['reason'],
  AppointmentAgreed: ['overrideReason'],
  AppointmentMoved: ['overrideReason', 'reason'],
  TravelStarted: ['geo'],
  TechnicianArrived: ['geo'],
  VisitHandedOver: [],
  DiagnosisRecorded: ['cause', 'correction'],
  VisitCompleted: ['reason'],
  MaterialsAmended: ['reason'],
  CustomerSigned: ['signerName', 'image'],
  CustomerInformed: ['result'],
  CasePaused: ['note'],
  CaseResumed: [],
  ExemptionRequested: ['reason'],
  ExemptionApproved: ['note'],
  ExemptionRefused: ['note'],
  CaseClosed: ['note'],
  CaseCancelled: ['reason'],
  CaseReopened: ['reason'],
  ...partPersonalFields,
} as const satisfies Record<CaseEvent['type'], readonly string[]>;
