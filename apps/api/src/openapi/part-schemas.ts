import { PART_REQUEST_STATUSES, SATISFACTION_GROUPS, WORKLIST_TASKS } from '@fieldcase/contracts';
import {
  duration,
  flag,
  instant,
  instantOrNull,
  list,
  object,
  pageOf,
  position,
  ref,
  text,
  textOrNull,
  whole,
  wholeOrNull,
  type Schema,
} from './schema-words';

const line = object({ owner: text, quantity: whole }, { serials: list(text) });
const reference = object({ kind: text, id: text });
const requestFields: Readonly<Record<string, Schema>> = {
  partRequestId: text,
  caseId: text,
  caseNumber: text,
  partNumber: text,
  quantity: whole,
  status: { type: 'string', enum: [...PART_REQUEST_STATUSES] },
  open: { ...flag, description: 'Something is to come, to be used or to be sent back.' },
  depotId: { ...textOrNull, description: 'Who has it now; of a back-order who gets it first.' },
  lines: list(line),
  serialised: flag,
  priority: text,
  requestedAt: instant,
  promisedAt: instant,
  received: whole,
  consumed: whole,
  returned: whole,
  returnsDue: { ...whole, description: 'Sent back and not yet taken back by the depot.' },
  children: list(ref('PartRequest')),
};
const requestOptional: Readonly<Record<string, Schema>> = {
  parentId: text,
  technicianId: text,
  neededBy: instant,
  acknowledgedAt: instant,
  shipment: object({ shippedAt: instant, lines: list(line) }, { carrier: text, trackingNumber: text }),
  shipTo: object(
    {},
    { siteName: text, contact: object({ name: text, phone: text }), address: text, technicianId: text },
  ),
};
const cardRow = object(
  {
    version: whole,
    position,
    at: instant,
    recordedAt: instant,
    type: text,
    text,
    owner: text,
    moved: { ...whole, description: 'Pieces that came, or went: below zero.' },
    onHand: whole,
    reserved: whole,
    defective: whole,
    actor: text,
  },
  { reference, serials: list(text), reason: text, requestedBy: text },
);
const feedItem = object(
  {
    sequence: { ...whole, description: 'Of this depot, from 1, without gaps.' },
    at: instant,
    change: text,
    partRequestId: text,
    caseId: text,
    caseNumber: text,
    partNumber: text,
    quantity: whole,
    promisedAt: instant,
    priority: text,
  },
  { lines: list(line), technicianId: text },
);

const stockItem = object({
  partNumber: text,
  partName: textOrNull,
  owner: text,
  onHand: whole,
  reserved: whole,
  available: { ...whole, description: 'On hand and promised to nobody.' },
  defective: whole,
  inTransit: { ...whole, description: 'On its way to this depot, or ordered.' },
  min: wholeOrNull,
  max: wholeOrNull,
  forecast: { ...whole, description: 'Of the card, all owners together: on hand + in transit - reserved.' },
  countDue: flag,
  movedAt: instantOrNull,
});
const suggestion = object({
  suggestionId: text,
  partNumber: text,
  partName: textOrNull,
  quantity: whole,
  forecast: whole,
  min: whole,
  max: whole,
  basis: { type: 'string', enum: ['levels', 'machines'] },
  suggestedAt: instant,
});
const work = object(
  {
    task: { type: 'string', enum: [...WORKLIST_TASKS] },
    id: { ...text, description: 'Part request, transfer, or the part to count.' },
    partNumber: text,
    partName: textOrNull,
    quantity: wholeOrNull,
    dueAt: instant,
  },
  {
    owner: text,
    lines: list(line),
    serialised: flag,
    status: text,
    priority: text,
    caseId: text,
    caseNumber: text,
    technicianId: text,
    depotId: { ...text, description: 'The other depot of a transfer.' },
  },
);
const assetCase = object({
  id: text,
  number: text,
  status: text,
  caseType: text,
  product: textOrNull,
  reportedAt: instant,
  downtime: duration,
});

const rating = object(
  {
    kind: text,
    score: whole,
    channel: text,
    via: { type: 'string', enum: ['link', 'telephone'] },
    at: instant,
    by: text,
  },
  { comment: text },
);
const closure = object(
  { cycle: whole, closedAt: instant, sentAt: instantOrNull, expiresAt: instant, ratings: list(rating) },
  { link: { ...text, description: 'Path of the customer’s page on this server, for those who may hand it on.' } },
);
const figureOrNull: Schema = { type: ['number', 'null'] };
const figures = object(
  {
    closed: whole,
    sent: whole,
    answered: whole,
    responseRate: figureOrNull,
    average: figureOrNull,
    distribution: object({ 1: whole, 2: whole, 3: whole, 4: whole, 5: whole }),
    nps: figureOrNull,
  },
  Object.fromEntries(SATISFACTION_GROUPS.map((group) => [group, textOrNull])),
);

export const partSchemas: Readonly<Record<string, Schema>> = {
  PartRequest: object(requestFields, requestOptional),
  PartRequestAnswer: object({ ...requestFields, version: whole, position }, requestOptional),
  DepotStockPage: pageOf(stockItem),
  SuggestionPage: pageOf(suggestion),
  WorklistPage: pageOf(work),
  Asset: object({
    serial: text,
    downtime: { ...duration, description: 'What overlaps counts once.' },
    down: { ...flag, description: 'A fault is not repaired yet: downtime grows.' },
    cases: list(assetCase),
    position,
  }),
  CaseRatings: object({ items: list(closure), position }),
  SatisfactionPage: pageOf(figures),
  Survey: object(
    {
      number: text,
      closedAt: instant,
      expiresAt: instant,
      state: { type: 'string', enum: ['open', 'reopened', 'expired', 'answered'] },
      given: list(text),
      position,
    },
    { product: text },
  ),
  StockCardPage: pageOf(cardRow),
  PartRequestFeed: object({ items: list(feedItem), nextAfter: whole, head: whole, position }),
  Transfer: object(
    {
      transferId: text,
      from: text,
      to: text,
      partNumber: text,
      owner: text,
      quantity: whole,
      status: { type: 'string', enum: ['requested', 'in-transit', 'received'] },
      suggested: flag,
      requestedAt: instant,
      version: whole,
      position,
    },
    { dispatchedAt: instant, receivedAt: instant, received: whole, short: whole, serials: list(text) },
  ),
  StockAdjustment: object(
    {
      adjustmentId: text,
      depotId: text,
      partNumber: text,
      owner: text,
      by: whole,
      status: { type: 'string', enum: ['pending', 'approved', 'refused'] },
      requestedBy: text,
      requestedAt: instant,
      version: whole,
      position,
    },
    { reason: text, serials: list(text), decidedBy: text, decidedAt: instant, note: text },
  ),
};
