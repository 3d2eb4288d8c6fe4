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
const followed = {
  position,
  lagEvents: whole,
  lagSeconds: { ...number, description: 'Age of the oldest event that it has not seen.' },
  state: text,
  problem: textOrNull,
  parked: { ...whole, description: 'Events set aside.' },
  parkedStreams: { ...whole, description: 'Streams of which events are set aside.' },
  followedBy: { ...list(text), description: 'The workers that follow it; several where they share its shards.' },
};
const operations = object({
  log: object({ head: position }),
  projections: list(
    object({
      name: text,
      version: { type: ['integer', 'null'] },
      codeVersion: whole,
      ...followed,
      rebuild: orNull(rebuild),
    }),
  ),
  subscriptions: list(
    object({
      name: { ...text, description: 'part-supply, timers, relay and whatever else has begun to follow the log.' },
      ...followed,
      off: { ...flag, description: 'It needs a broker, and none is configured: nobody misses it.' },
    }),
  ),
  relay: object({
    state: {
      type: 'string',
      enum: ['running', 'waiting', 'halted', 'stopped', 'off', 'absent'],
      description:
        'waiting: it tries again by itself; halted: see `problem`; stopped: nobody leads; off: no broker is configured.',
    },
    problem: { ...textOrNull, description: 'What is wrong, and what mends it.' },
    since: instantOrNull,
    position,
    lagEvents: whole,
    lagSeconds: number,
  }),
  timers,
  parked: whole,
  parkedStreams: whole,
  parkedRecords: { ...whole, description: 'Of depots, over Kafka, that nobody could read.' },
  leases: list(
    object({
      name: text,
      owner: text,
      epoch: { ...text, description: 'How often it has passed to another owner.' },
      expiresAt: instant,
      expiresInSeconds: number,
      held: flag,
    }),
  ),
  needs: list(
    object({
      of: { ...text, description: 'The relay, the timers, or a subscription.' },
      problem: text,
      mend: text,
    }),
  ),
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
