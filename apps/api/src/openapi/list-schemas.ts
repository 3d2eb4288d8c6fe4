import { CASE_STATUSES, SUMMARY_GROUPS } from '@fieldcase/contracts';
import {
  durationOrNull,
  flag,
  instant,
  instantOrNull,
  list,
  number,
  object,
  orNull,
  pageOf,
  position,
  text,
  textOrNull,
  whole,
  type Schema,
} from './schema-words';

const boardItem = object({
  id: text,
  number: text,
  status: { type: 'string', enum: [...CASE_STATUSES] },
  siteName: textOrNull,
  region: text,
  county: textOrNull,
  priority: text,
  caseType: text,
  product: textOrNull,
  technicianId: textOrNull,
  owner: textOrNull,
  source: text,
  reportedAt: instant,
  pauseReason: textOrNull,
  pauseUntil: instantOrNull,
  nextClock: orNull(object({ clockId: text, target: text, state: text }, { dueAt: instant })),
});
const technician = object({
  id: text,
  name: textOrNull,
  homeDepot: text,
  regions: list(text),
  skills: list(text),
  languages: list(text),
  windows: list(object({ visitId: textOrNull, caseId: textOrNull, from: instant, to: instant })),
  openVisits: whole,
});
const dayVisit = object({
  visitId: text,
  caseId: text,
  number: text,
  technicianId: text,
  state: text,
  siteName: textOrNull,
  region: text,
  county: textOrNull,
  priority: text,
  from: instantOrNull,
  to: instantOrNull,
  dispatchedAt: instant,
  arrivedAt: instantOrNull,
  completedAt: instantOrNull,
});
const approval = object(
  {
    kind: { type: 'string', enum: ['exemption', 'voiding', 'adjustment'] },
    id: text,
    target: { ...text, description: 'A clockId or `signature`; of an adjustment the part.' },
    requestedBy: text,
    requestedAt: instant,
  },
  { caseId: text, number: text, region: text, reason: text, factType: text, depotId: text, owner: text, by: whole },
);
const summary = object(
  {
    running: whole,
    paused: whole,
    met: whole,
    breached: whole,
    exempted: whole,
    voided: whole,
    cancelled: whole,
    replaced: whole,
    metRate: { type: ['number', 'null'], minimum: 0, maximum: 1 },
    p50: durationOrNull,
    p90: durationOrNull,
  },
  Object.fromEntries(SUMMARY_GROUPS.map((group) => [group, textOrNull])),
);

const rebuild = object({
  version: whole,
  position,
  target: position,
  eventsPerSecond: number,
  etaMs: { type: ['number', 'null'] },
  active: { ...flag, description: 'false: nobody works on it now; run it again to go on.' },
});
const timers = object({
  open: whole,
  due: { ...whole, description: 'Of these, past their instant and not recorded yet.' },
  oldestLatenessMs: number,
  nextDueAt: instantOrNull,
  fired: orNull(object({ total: whole, p50: number, p99: number, max: number })),
});
const operations = object({
  log: object({ head: position }),
  projections: list(
    object({
      name: text,
      version: { type: ['integer', 'null'] },
      codeVersion: whole,
      position,
      lagEvents: whole,
      lagSeconds: number,
      state: text,
      problem: textOrNull,
      followedBy: { ...list(text), description: 'The workers that follow it; several where they share its shards.' },
      parked: whole,
      rebuild: orNull(rebuild),
    }),
  ),
  subscriptions: list(
    object({
      name: { ...text, description: 'part-supply, timers, and relay where it has begun.' },
      position,
      lagEvents: whole,
      lagSeconds: number,
      state: text,
      problem: textOrNull,
      followedBy: { ...list(text), description: 'The workers that follow it; several where they share its shards.' },
      parked: whole,
    }),
  ),
  timers,
  parked: whole,
  leases: list(object({ name: text, owner: text, expiresAt: instant, held: flag })),
  pool: object({ total: whole, idle: whole, waiting: whole }),
  process: object({ uptimeSeconds: whole, inFlight: whole, stopping: flag, node: text }),
});

export const listSchemas: Readonly<Record<string, Schema>> = {
  CaseBoardPage: pageOf(boardItem),
  TechnicianPage: pageOf(technician),
  VisitPage: pageOf(dayVisit),
  ApprovalPage: pageOf(approval),
  SlaSummaryPage: pageOf(summary),
  Status: operations,
  Health: object({ status: { type: 'string', enum: ['live', 'ready'] } }),
  Problem: object(
    {
      type: text,
      title: text,
      status: whole,
      detail: text,
      code: { type: 'string', description: 'Stable and dotted; what a program decides by.' },
      instance: { type: 'string', format: 'uuid', description: 'Id of this one error.' },
    },
    {
      errors: {
        type: 'object',
        additionalProperties: text,
        description: 'Field path -> what was expected; on a refused closing each unmet need.',
      },
    },
  ),
};
