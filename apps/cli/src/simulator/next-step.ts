/** What the people of a service department would do next to a case, as one command of the public surface. */
import { AGENT, DISPATCHER, SUPERVISOR } from '../demo/actors';
import { Random } from '../demo/random';
import { MACHINES, type Machine } from '../demo/words';
import type { Person } from './people';

/** What of `GET /cases/{id}` decides the next step. */
export interface CaseView {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly caseType: string;
  readonly product?: string;
  readonly assetSerial?: string;
  readonly owner?: string;
  readonly visits: readonly VisitView[];
  readonly materials: readonly object[];
  readonly materialsDigest: string;
  readonly partRequests: readonly PartRequestView[];
  readonly signature: { readonly valid: boolean } | null;
  readonly customerInformed: { readonly current: boolean } | null;
  readonly pauses: readonly { readonly endedAt: string | null }[];
}

export interface VisitView {
  readonly visitId: string;
  readonly technicianId: string;
  readonly fixed?: boolean;
  readonly diagnoses: readonly object[];
}

export interface PartRequestView {
  readonly partRequestId: string;
  readonly partNumber: string;
  readonly quantity: number;
  readonly status: string;
  readonly open: boolean;
  readonly depotId: string | null;
  readonly requestedAt: string;
  readonly received: number;
  readonly consumed: number;
}

export interface Step {
  readonly who: Person;
  readonly path: string;
  readonly body: object;
}

export interface Surroundings {
  /** Of the case's region, whoever has the fewest open visits first. */
  readonly technicians: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const agent: Person = { role: 'agent', sub: AGENT.sub };
export const dispatcher: Person = { role: 'dispatcher', sub: DISPATCHER.sub };
export const supervisor: Person = { role: 'supervisor', sub: SUPERVISOR.sub };

const MINUTE = 60_000;
const FACTORY = 'demo-depot-factory';
/** A back-order is answered with a receipt at the factory; one that older ones were served from is given up. */
const ORDERING_MS = 3 * MINUTE;
const PATIENCE_MS = 10 * MINUTE;
const ARRIVING_PIECES = 20;

/**
 * Undefined: it is the system's turn (a part is being sourced), or the case is over. The same for the same version of a
 * case but for the times in it.
 */
export function nextStep(view: CaseView, around: Surroundings): Step | undefined {
  const chance = new Random('simulator', view.id, view.version);
  const visit = view.visits.at(-1);
  switch (view.status) {
    case 'reported':
      return triage(view, chance);
    case 'triaged':
      return afterTriage(view, around);
    case 'visit-done':
      return visit && afterVisit(view, visit, around);
    default:
      return visit && duringVisit(view, visit, chance, around);
  }
}

const oneIn = (count: number, chance: Random): boolean => chance.between(1, count) === 1;
const machineOf = ({ product }: CaseView): Machine | undefined => MACHINES.find((one) => one.product === product);
const toCase = ({ id }: CaseView, who: Person, path: string, body: object = {}): Step => ({
  who,
  path: `/cases/${id}/${path}`,
  body,
});

function triage(view: CaseView, chance: Random): Step {
  const faults = machineOf(view)?.faults ?? [];
  const faultCode = faults.length > 0 ? chance.pick(faults).code : 'H-000';
  const priority =
    view.caseType === 'fault' ? chance.pick(['season', 'season', 'normal', 'urgent'] as const) : 'normal';
  const coverage = chance.pick(['in-warranty', 'out-of-warranty'] as const);
  return toCase(view, agent, 'triage', { faultCode, priority, handlingOpinion: '派就近服务站上门', coverage });
}

function afterTriage(view: CaseView, around: Surroundings): Step | undefined {
  if (view.owner === undefined) return toCase(view, agent, 'owner', { owner: agent.sub });
  if (view.caseType !== 'enquiry') return dispatch(view, around);
  return toCase(view, agent, 'close', { resolution: 'solved-by-phone', note: '已电话答复' });
}

/** Not again to whom it went last: he has declined, or could not mend it. */
function dispatch(view: CaseView, { technicians }: Surroundings): Step | undefined {
  const last = view.visits.at(-1)?.technicianId;
  const technicianId = technicians.find((id) => id !== last) ?? technicians[0];
  return technicianId === undefined
    ? undefined
    : toCase(view, dispatcher, 'dispatch', { technicianId, note: '请先电话联系机主' });
}

function duringVisit(view: CaseView, visit: VisitView, chance: Random, around: Surroundings): Step | undefined {
  const who: Person = { role: 'technician', sub: visit.technicianId };
  const toVisit = (path: string, body: object = {}) => toCase(view, who, `visits/${visit.visitId}/${path}`, body);
  switch (view.status) {
    case 'dispatched':
      return oneIn(10, chance) ? toVisit('declination', { reason: '正在外县抢修' }) : toVisit('acceptance');
    case 'accepted':
      return toVisit('appointment', windowAfter(around.now, view.id));
    case 'appointed':
      return view.pauses.some(({ endedAt }) => endedAt === null) || !oneIn(6, chance)
        ? toVisit('departure')
        : pause(view, around.now);
    case 'travelling':
      return toVisit('arrival');
    case 'on-site':
      return onSite(view, visit, { toVisit, around });
    default:
      return undefined;
  }
}

/** Ninety minutes of this day or the next; another time is another proposal, for he may be booked. */
function windowAfter(now: number, caseId: string): object {
  const proposal = new Random('simulator-window', caseId, now);
  const from = Math.ceil(now / MINUTE) * MINUTE + proposal.between(1, 60) * 20 * MINUTE;
  return { from: new Date(from).toISOString(), to: new Date(from + 90 * MINUTE).toISOString(), requestedBy: 'us' };
}

const pause = (view: CaseView, now: number): Step =>
  toCase(view, agent, 'pause', {
    reason: 'waiting-customer',
    until: new Date(now + 60 * MINUTE).toISOString(),
    note: '机主去镇上办事，回来再联系',
  });

interface AtTheMachine {
  readonly toVisit: (path: string, body?: object) => Step;
  readonly around: Surroundings;
}

function onSite(view: CaseView, visit: VisitView, { toVisit, around }: AtTheMachine): Step | undefined {
  const machine = machineOf(view);
  // One way for the whole visit, whatever the version: it is decided when he has seen the machine.
  const way = new Random('simulator', view.id, visit.visitId);
  if (visit.diagnoses.length === 0) {
    const { code: faultCode, cause } = machine ? way.pick(machine.faults) : { code: 'H-000', cause: '原因待查' };
    return toVisit('diagnosis', { faultCode, cause });
  }
  const open = view.partRequests.find((one) => one.open && one.received === 0);
  if (open) return supply(visit, open, around.now);
  const needsPart = machine !== undefined && oneIn(2, way);
  if (needsPart && view.partRequests.length === 0) {
    const { partNumber } = way.pick(machine.parts);
    return toCase(view, { role: 'technician', sub: visit.technicianId }, 'part-requests', { partNumber, quantity: 1 });
  }
  const received = view.partRequests.filter(({ received: pieces, consumed }) => pieces > consumed);
  const materials = received.map(({ partRequestId, partNumber, received: pieces, consumed }) => ({
    partNumber,
    quantity: pieces - consumed,
    source: partRequestId,
  }));
  const lacks = needsPart && materials.length === 0;
  if (lacks) return toVisit('completion', { fixed: false, materials, reason: '缺配件，需二次上门' });
  return toVisit('completion', { fixed: true, materials });
}

/** One request on its way through the depot to the technician. */
function supply(visit: VisitView, request: PartRequestView, now: number): Step | undefined {
  const { partRequestId, partNumber, quantity, status, depotId } = request;
  const technician: Person = { role: 'technician', sub: visit.technicianId };
  const toRequest = (who: Person, path: string, body: object = {}): Step => ({
    who,
    path: `/part-requests/${partRequestId}/${path}`,
    body,
  });
  const store: Person =
    depotId?.startsWith('demo-van-') === true
      ? technician
      : { role: 'depot-clerk', sub: `demo-clerk-${depotId}`, depots: [depotId ?? ''] };
  switch (status) {
    case 'allocated':
      return toRequest(store, 'acknowledgement');
    case 'acknowledged':
      return toRequest(store, 'shipment', { carrier: '顺丰速运', trackingNumber: `SIM-${partRequestId.slice(-8)}` });
    case 'shipped':
      return toRequest(technician, 'receipt', { quantity });
    case 'backordered': {
      const waited = now - Date.parse(request.requestedAt);
      if (waited > PATIENCE_MS) return toRequest(dispatcher, 'cancellation', { reason: '到货时间不明，改用其他办法' });
      return waited > ORDERING_MS ? undefined : deliveryToFactory(partNumber);
    }
    default:
      return undefined;
  }
}

const deliveryToFactory = (partNumber: string): Step => ({
  who: { role: 'depot-clerk', sub: `demo-clerk-${FACTORY}`, depots: [FACTORY] },
  path: `/depots/${FACTORY}/stock/${encodeURIComponent(partNumber)}/receipts`,
  body: { quantity: ARRIVING_PIECES },
});

function afterVisit(view: CaseView, { technicianId, fixed }: VisitView, around: Surroundings): Step | undefined {
  const technician: Person = { role: 'technician', sub: technicianId };
  if (view.customerInformed?.current !== true)
    return toCase(view, agent, 'customer-informed', { result: '已电话告知', channel: 'phone' });
  if (fixed !== true) return dispatch(view, around);
  if (view.materials.length > 0 && view.signature?.valid !== true)
    return toCase(view, technician, 'signature', { signerName: '机主本人', materialsDigest: view.materialsDigest });
  return toCase(view, agent, 'close', { resolution: 'repaired' });
}
