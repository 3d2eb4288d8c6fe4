/**
 * What the topic of cases tells: events that were chosen, and of each the members that were chosen. No contact, address or
 * free text, and not who worked on it. What is not named here is not published; a new member is optional, and what else
 * changes is another version of the type.
 */
import { z } from 'zod';
import { countText, instantSchema as instant, placeHeaders, publicAttributes } from './cloud-event';

const id = z.string().min(1);
const pieces = z.int().min(1);
const caseType = z.enum(['fault', 'enquiry', 'complaint', 'maintenance', 'upgrade']);
const priority = z.enum(['normal', 'urgent', 'season']);
const pauseReason = z.enum(['waiting-customer', 'waiting-part', 'weather', 'road', 'other']);
const ofVisit = { visitId: id };
const ofClock = { clockId: id, target: id };
const ofRequest = { partRequestId: id };
const place = { region: z.string(), county: z.string(), product: z.string(), assetSerial: z.string() };
const nothingMore = z.strictObject({});

/** By the name that an event has in the log. */
const data = {
  FaultReported: z.strictObject({
    number: z.string().describe('As people say it'),
    caseType,
    priority,
    region: place.region,
    county: place.county.optional(),
    product: place.product.optional(),
    assetSerial: place.assetSerial.optional(),
    depotId: id.optional(),
    followUpOf: id.optional(),
  }),
  CaseTriaged: z.strictObject({
    faultCode: z.string(),
    priority,
    caseType,
    coverage: z.enum(['in-warranty', 'out-of-warranty', 'unknown']).optional(),
  }),
  DetailsCorrected: z
    .strictObject(place)
    .partial()
    .extend({ priority: priority.optional(), followUpOf: id.optional(), depotId: id.nullable().optional() })
    .describe('What is different now; nothing where personal data alone was corrected'),
  TechnicianDispatched: z.strictObject({ ...ofVisit, homeDepot: id.optional() }),
  DispatchAccepted: z.strictObject(ofVisit),
  DispatchDeclined: z.strictObject(ofVisit),
  DispatchWithdrawn: z.strictObject(ofVisit),
  AppointmentAgreed: z.strictObject({ ...ofVisit, from: instant, to: instant }),
  AppointmentMoved: z.strictObject({ ...ofVisit, from: instant, to: instant }),
  TechnicianArrived: z.strictObject(ofVisit),
  DiagnosisRecorded: z.strictObject({ ...ofVisit, faultCode: z.string() }),
  VisitCompleted: z.strictObject({
    ...ofVisit,
    fixed: z.boolean(),
    materials: z.array(z.strictObject({ partNumber: z.string(), quantity: pieces })),
  }),
  CustomerSigned: nothingMore,
  CasePaused: z.strictObject({ reason: pauseReason, until: instant.optional() }),
  CaseResumed: z.strictObject({ reasons: z.array(pauseReason) }),
  CaseClosed: z.strictObject({
    resolution: z.enum(['repaired', 'no-visit-needed', 'solved-by-phone', 'replaced', 'not-repaired']),
  }),
  CaseCancelled: nothingMore,
  CaseReopened: nothingMore,
  CaseMerged: z.strictObject({ into: id }),
  PartRequested: z.strictObject({
    ...ofRequest,
    partNumber: z.string(),
    quantity: pieces,
    promisedAt: instant,
    neededBy: instant.optional(),
  }),
  PartAllocated: z.strictObject({ ...ofRequest, depotId: id }),
  PartBackordered: z.strictObject({ ...ofRequest, depotId: id.optional(), quantity: pieces }),
  PartShipped: z.strictObject({ ...ofRequest, depotId: id }),
  PartReceived: z.strictObject({ ...ofRequest, quantity: z.int().min(0) }),
  PartRequestCancelled: z.strictObject({ ...ofRequest, quantity: z.int().min(0) }),
  SlaWarningRaised: z.strictObject({ ...ofClock, percent: z.number() }),
  SlaBreached: z.strictObject({ ...ofClock, dueAt: instant }),
  BreachVoided: z.strictObject({ ...ofClock, dueAt: instant }),
  ClockExempted: z.strictObject(ofClock),
  RatingSubmitted: z.strictObject({
    cycle: z.int().min(1).describe('Which closing of the case, from 1'),
    kind: z.enum(['csat', 'nps']),
    score: z.int().min(0).max(10),
    via: z.enum(['link', 'telephone']),
  }),
};

export type PublicCaseEventName = keyof typeof data;
export type PublicCaseData<N extends PublicCaseEventName> = z.infer<(typeof data)[N]>;

export const publicCaseEventNames = Object.keys(data) as readonly PublicCaseEventName[];

/** `FaultReported` -> `fieldcase.case.fault-reported.v1`, `CaseClosed` -> `fieldcase.case.closed.v1`. */
export const publicCaseType = (name: PublicCaseEventName): string =>
  `fieldcase.case.${name
    .replace(/^Case/, '')
    .replace(/(?!^)[A-Z]/g, '-$&')
    .toLowerCase()}.v1`;

/** Of the whole record's value. */
export const publicCaseEventSchema = (name: PublicCaseEventName) =>
  z.strictObject(publicAttributes(publicCaseType(name), 'The case; the key of the record', data[name]));

export interface PublicCaseEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly recordedtime: string;
  readonly position: string;
  readonly data: object;
}

/** `from`: the record before this one in its partition; who has read less has a hole. */
export const publicCaseHeadersSchema = z.object({
  ...placeHeaders,
  from: countText.describe('Position of the record before this one in its partition; 0: this is the first'),
});
