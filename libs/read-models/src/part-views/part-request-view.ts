/** Part requests as people read them: the decider's own fold, and beside it what only a reader wants to know. */
import type { PartRequestView, ShipmentView, ShipToView } from '@fieldcase/contracts';
import { evolveParts, isOpenRequest, onTheWay, returnsDue, type PartRequestState } from '@fieldcase/domain/parts';
import { known, type InstantText } from '../case-views/known';
import { isSurveyFact, type CaseFact } from '../fold/case-fact';
import { statusOf } from '../fold/request-status';

/** What the decider has no use for, by request. */
interface Told {
  readonly neededBy?: string;
  readonly acknowledgedAt?: string;
  readonly shipment?: ShipmentView;
}

export interface PartsOfCase {
  readonly caseId: string;
  readonly number: string;
  readonly priority: string;
  readonly requests: readonly PartRequestState[];
  readonly told: Readonly<Record<string, Told>>;
  readonly shipTo: ShipToView;
}

const initial: PartsOfCase = { caseId: '', number: '', priority: '', requests: [], told: {}, shipTo: {} };

/** @param facts of one case in order; personal fields as far as the caller may see them */
export function partsOfCase(facts: readonly CaseFact[], text: InstantText): PartsOfCase {
  let cycle = 1;
  return facts.reduce((parts, fact) => {
    if (isSurveyFact(fact)) return parts;
    if (fact.type === 'CaseReopened') cycle += 1;
    const requests = evolveParts(parts.requests, fact, cycle);
    return { ...parts, requests, ...ofCase(parts, fact), told: told(parts.told, fact, text) };
  }, initial);
}

function ofCase(parts: PartsOfCase, fact: CaseFact): Partial<PartsOfCase> {
  switch (fact.type) {
    case 'FaultReported': {
      const { caseId, number, priority, siteName, contact, address } = fact.data;
      return { caseId, number, priority, shipTo: known({ siteName, contact, address }) };
    }
    case 'CaseTriaged':
      return { priority: fact.data.priority };
    case 'DetailsCorrected': {
      const { siteName, contact, address } = fact.data.personalChanges ?? {};
      const { priority = parts.priority } = fact.data.changes;
      return { priority, shipTo: { ...parts.shipTo, ...known({ siteName, contact, address }) } };
    }
    default:
      return {};
  }
}

function told(before: PartsOfCase['told'], fact: CaseFact, text: InstantText): PartsOfCase['told'] {
  const also = (id: string, more: Told): PartsOfCase['told'] => ({ ...before, [id]: { ...before[id], ...more } });
  switch (fact.type) {
    case 'PartRequested': {
      const { partRequestId, neededBy } = fact.data;
      return neededBy === undefined ? before : also(partRequestId, { neededBy: text(Date.parse(neededBy)) });
    }
    case 'PartRequestAcknowledged':
      return also(fact.data.partRequestId, { acknowledgedAt: text(fact.occurredAt) });
    case 'PartAllocated': {
      // Another depot has not acknowledged it yet.
      const { acknowledgedAt: _, ...rest } = before[fact.data.partRequestId] ?? {};
      return { ...before, [fact.data.partRequestId]: rest };
    }
    case 'PartShipped': {
      const { partRequestId, lines, serials, carrier, trackingNumber } = fact.data;
      const own = serials && lines.length === 1 ? lines.map((line) => ({ ...line, serials })) : lines;
      const shipment = { shippedAt: text(fact.occurredAt), lines: own, ...known({ carrier, trackingNumber }) };
      return also(partRequestId, { shipment });
    }
    default:
      return before;
  }
}

export interface RequestViewOptions {
  readonly text: InstantText;
  /** Only these depots' requests are shown, and to them where to send it; absent: all, without an address. */
  readonly depots?: '*' | readonly string[];
  /** Those of them that are told the address. */
  readonly addressed?: '*' | readonly string[];
}

/** Undefined where there is none, or the caller's depots do not have it. */
export function requestView(parts: PartsOfCase, id: string, options: RequestViewOptions): PartRequestView | undefined {
  const request = parts.requests.find(({ partRequestId }) => partRequestId === id);
  if (request === undefined || !isShown(request, options)) return undefined;
  const { text } = options;
  const { partRequestId, parentId, partNumber, promisedAt, technicianId, requestedAt } = request;
  const children = childrenOf(parts, id);
  const ships = options.addressed !== undefined && isOf(request, options.addressed) && isToBeReceived(request);
  return {
    partRequestId,
    ...known({ parentId: parentId ?? undefined }),
    caseId: parts.caseId,
    caseNumber: parts.number,
    partNumber,
    quantity: askedFor(parts, request),
    status: statusOf(parts.requests, request),
    open: [request, ...children].some(isOpenRequest),
    depotId: request.depotId,
    lines: request.lines,
    serialised: request.serialised,
    priority: parts.priority,
    ...known({ technicianId: technicianId ?? undefined }),
    requestedAt: text(requestedAt),
    promisedAt: text(promisedAt),
    ...parts.told[id],
    ...piecesOf(options.depots === undefined ? [request, ...children] : [request]),
    ...(ships ? { shipTo: { ...parts.shipTo, ...known({ technicianId: technicianId ?? undefined }) } } : {}),
    children: parts.requests
      .filter((candidate) => candidate.parentId === id)
      .flatMap((child) => requestView(parts, child.partRequestId, options) ?? []),
  };
}

/** Of a request with all that it was split into; a depot is told of its own. */
function piecesOf(requests: readonly PartRequestState[]) {
  const sum = (count: (request: PartRequestState) => number): number =>
    requests.reduce((pieces, request) => pieces + count(request), 0);
  return {
    received: sum(({ received }) => received),
    consumed: sum(({ consumed }) => consumed),
    returned: sum(({ returned }) => returned),
    returnsDue: sum(returnsDue),
  };
}

/** Those that somebody asked for, each with its parts. */
export function requestViews(parts: PartsOfCase, options: RequestViewOptions): readonly PartRequestView[] {
  const roots = parts.requests.filter(({ parentId }) => parentId === null);
  return roots.flatMap(({ partRequestId }) => requestView(parts, partRequestId, options) ?? []);
}

const isShown = (request: PartRequestState, { depots }: RequestViewOptions): boolean =>
  depots === undefined || isOf(request, depots);

const isOf = ({ depotId }: PartRequestState, depots: '*' | readonly string[]): boolean =>
  depots === '*' || (depotId !== null && depots.includes(depotId));

const isToBeReceived = (request: PartRequestState): boolean =>
  request.status !== 'cancelled' && (request.status !== 'shipped' || onTheWay(request) > 0);

const childrenOf = ({ requests }: PartsOfCase, id: string): readonly PartRequestState[] =>
  requests.filter(({ partRequestId }) => partRequestId.startsWith(`${id}.`));

const askedFor = (parts: PartsOfCase, request: PartRequestState): number =>
  childrenOf(parts, request.partRequestId).reduce((sum, child) => sum + child.quantity, request.quantity);
