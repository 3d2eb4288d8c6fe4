import { PART_REQUEST_STATUSES } from '@fieldcase/contracts';
import {
  flag,
  instant,
  list,
  object,
  pageOf,
  position,
  ref,
  text,
  textOrNull,
  whole,
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
  { reference, serials: list(text), reason: text },
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

export const partSchemas: Readonly<Record<string, Schema>> = {
  PartRequest: object(requestFields, requestOptional),
  PartRequestAnswer: object({ ...requestFields, position }, requestOptional),
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
