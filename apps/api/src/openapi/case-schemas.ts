import { CASE_STATUSES } from '@fieldcase/contracts';
import {
  duration,
  flag,
  instant,
  instantOrNull,
  list,
  object,
  orNull,
  position,
  ref,
  text,
  textOrNull,
  whole,
  type Schema,
} from './schema-words';

const status: Schema = { type: 'string', enum: [...CASE_STATUSES] };
const policy = object({ id: text, version: whole });
const contact = object({ name: text, phone: text });
const geo = object({ lat: { type: 'number' }, lon: { type: 'number' } });
const materialLine = object({ partNumber: text, quantity: whole, source: text }, { serial: text });
const fact = object({ position, type: text });

/** A fact that a supervisor has to decide on. */
const lateFact = object({ position, type: text, at: instant, recordedBy: text });

const appointment = object(
  { from: instant, to: instant, requestedBy: text, agreedAt: instant, moves: whole },
  { reason: text, overrideReason: text },
);
const visit = object(
  {
    visitId: text,
    technicianId: text,
    state: {
      type: 'string',
      enum: ['dispatched', 'accepted', 'appointed', 'travelling', 'on-site', 'completed', 'declined', 'withdrawn'],
    },
    cycle: whole,
    dispatchedAt: instant,
    diagnoses: list(object({ faultCode: text, at: instant }, { cause: text, correction: text })),
    materials: list(materialLine),
  },
  {
    homeDepot: text,
    note: text,
    acceptedAt: instant,
    appointment,
    travelStartedAt: instant,
    arrivedAt: instant,
    completedAt: instant,
    endedAt: instant,
    fixed: flag,
    reason: text,
    remote: flag,
  },
);
const decided = { reason: text, note: text, decidedBy: text, decidedAt: instant };
const decision: Schema = { type: 'string', enum: ['pending', 'approved', 'refused'] };

const casePage = object(
  {
    id: text,
    number: text,
    version: whole,
    position,
    status,
    caseType: text,
    priority: text,
    region: text,
    source: text,
    reportedAt: instant,
    cycle: whole,
    responsibility: list(object({ to: text, at: instant }, { reason: text })),
    customerTime: orNull(object({ promise: whole, from: instant, to: instant })),
    absorbed: list(object({ caseId: text, number: text }, { contact })),
    visits: list(visit),
    materials: list(materialLine),
    materialsDigest: text,
    partRequests: list(ref('PartRequest')),
    signature: orNull(
      object({ signedAt: instant, materialsDigest: text, valid: flag, hasImage: flag }, { signerName: text }),
    ),
    customerInformed: orNull(object({ at: instant, channel: text, current: flag }, { result: text })),
    pauses: list(
      object(
        { reason: text, from: instant, endedAt: instantOrNull, endedBy: textOrNull },
        { note: text, until: instant },
      ),
    ),
    notes: list(object({ kind: text, actor: text, at: instant }, { text, channel: text })),
    exemptions: list(
      object({ exemptionId: text, target: text, state: decision, requestedBy: text, requestedAt: instant }, decided),
    ),
    voidings: list(
      object(
        {
          clockId: text,
          target: text,
          state: decision,
          breachedAt: instant,
          factType: text,
          recordedBy: text,
          requestedAt: instant,
        },
        { note: text, decidedBy: text, decidedAt: instant },
      ),
    ),
    closings: list(
      object({ resolution: text, at: instant, by: text }, { note: text, reopenedAt: instant, reopenReason: text }),
    ),
    cancellation: orNull(object({ at: instant, by: text }, { reason: text })),
    policy,
  },
  {
    county: text,
    product: text,
    assetSerial: text,
    channel: text,
    depotId: text,
    sourceKey: text,
    siteName: text,
    contact,
    address: text,
    geo,
    faultDescription: text,
    firstContact: text,
    specialDemands: text,
    faultCode: text,
    handlingOpinion: text,
    coverage: text,
    owner: text,
    followUpOf: text,
    mergedInto: text,
  },
);

const clock = object(
  {
    clockId: text,
    target: text,
    subject: textOrNull,
    cycle: whole,
    state: {
      type: 'string',
      enum: ['running', 'paused', 'suspended', 'met', 'breached', 'exempted', 'replaced', 'cancelled', 'voided'],
    },
    startedAt: instant,
    dueAt: instantOrNull,
    stoppedAt: instantOrNull,
    within: {
      ...duration,
      description: 'Of customerPromise: from the naming to the end of the window that the customer named.',
    },
    counted: duration,
    remaining: { ...duration, description: '`PT0S` once it is overrun.' },
    policy,
    steps: list(object({ percent: whole, at: instantOrNull, raisedAt: instantOrNull })),
    intervals: list(object({ from: instant, to: instantOrNull, counted: flag, reason: text, event: fact })),
    breach: orNull(
      object(
        { at: instant, recordedAt: instantOrNull, cause: text },
        { voided: object({ by: text, recordedAt: instant }), pendingVoiding: flag, contestedBy: list(lateFact) },
      ),
    ),
    early: flag,
    why: text,
  },
  { exemption: object({ exemptionId: text, state: text }) },
);

const timelineEntry = object(
  {
    position,
    type: text,
    text,
    actor: text,
    actorRole: text,
    occurredAt: instant,
    recordedAt: instant,
    late: {
      ...flag,
      description: 'Recorded more than a minute after it happened; never for imported history.',
    },
  },
  { row: whole, file: text },
);

const liveEvent = object(
  {
    id: {
      ...text,
      description: 'Of what moved: the case, the clock, the part request; `<depotId>:<partNumber>` of stock.',
    },
    version: { ...whole, description: 'Of the stream that moved: of the case, of its clocks or parts, of the card.' },
    type: { ...text, description: 'The event’s type, as the timeline names it.' },
  },
  { caseId: text, depotId: { ...text, description: 'Of stock, and of a depot’s own requests.' } },
);
const liveStream: Schema = {
  type: 'string',
  description:
    'Frames as of server-sent events: `id` is the position, `event` is `case`, `clock`, `part-request` or `stock`, `data` is a `LiveEvent` in JSON.',
  contentMediaType: 'text/event-stream',
};

export const caseSchemas: Readonly<Record<string, Schema>> = {
  CasePage: casePage,
  CaseTimeline: object({ items: list(timelineEntry), position }),
  Clock: clock,
  LiveEvent: liveEvent,
  LiveEventStream: liveStream,
  CaseClocks: object({ items: list(ref('Clock')), at: instant, position }),
};
