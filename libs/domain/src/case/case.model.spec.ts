/** Random callers give random commands: whatever they do, the case stays a case. */
import { Rejection, type CommandContext } from '@fieldcase/eventsourcing';
import fc from 'fast-check';
import { choosePolicy } from '../sla';
import { caseDecider, foldDecided } from './case';
import type { CaseCommand } from './case.commands';
import { casePersonalFields } from './case.events';
import { caseRefusals } from './case.refusals';
import { completedVisits, isOpen, materialLines, type CaseState } from './case.state';
import { belt, h } from './case-history.fixture';
import { materialsDigest } from './materials-digest';

const sla = choosePolicy([], { caseType: 'fault', priority: 'normal', region: 'gansu' }, h(0));
const report: CaseCommand = {
  type: 'ReportFault',
  caseId: 'c1',
  number: '7KM-3RX-4',
  siteName: 'personal-site',
  contact: { name: 'personal-name', phone: 'personal-phone' },
  address: 'personal-address',
  region: 'gansu',
  faultDescription: 'personal-fault',
  sla,
};

interface Step {
  readonly command: (state: CaseState, now: number) => CaseCommand;
  readonly advance: number;
  readonly lateness: number;
  readonly actor: string;
  readonly role: string;
}

const HOUR = 3_600_000;
const reason = 'personal-reason';
const pauseReason = fc.constantFrom('waiting-customer', 'waiting-part', 'weather', 'road' as const);
const anyVisit = (state: CaseState) => state.visits.at(-1)?.visitId ?? 'v0';
const newVisit = (state: CaseState) => `v${state.visits.length + 1}`;
const digest = (state: CaseState) => materialsDigest(materialLines(state));
const clockOf = (state: CaseState) => state.voidings[0]?.clockId ?? 'none';
const exemptionOf = (state: CaseState) => state.exemptions.at(-1)?.exemptionId ?? 'x0';
const newExemption = (state: CaseState) => `x${state.exemptions.length + 1}`;

const ofVisit: readonly Step['command'][] = [
  (s) => ({ type: 'DispatchTechnician', visitId: newVisit(s), technicianId: 'wang' }),
  (s) => ({ type: 'AcceptDispatch', visitId: anyVisit(s) }),
  (s) => ({ type: 'DeclineDispatch', visitId: anyVisit(s), reason }),
  (s) => ({ type: 'WithdrawDispatch', visitId: anyVisit(s), reason }),
  (s) => ({ type: 'StartTravel', visitId: anyVisit(s) }),
  (s) => ({ type: 'RecordArrival', visitId: anyVisit(s) }),
  (s) => ({ type: 'RecordArrival', visitId: anyVisit(s) }),
  (s) => ({ type: 'RecordDiagnosis', visitId: anyVisit(s), faultCode: 'E17', cause: reason }),
  (s) => ({ type: 'CompleteVisit', visitId: anyVisit(s), fixed: true, materials: [belt] }),
  (s) => ({ type: 'CompleteVisit', visitId: anyVisit(s), fixed: false, reason, materials: [] }),
  (s) => ({ type: 'AmendMaterials', visitId: anyVisit(s), materials: [belt, belt], reason }),
  (s) => ({ type: 'CaptureSignature', signerName: reason, materialsDigest: digest(s) }),
  () => ({ type: 'InformCustomer', result: reason, channel: 'phone' }),
];
const ofCase: readonly Step['command'][] = [
  () => ({ type: 'CloseCase', resolution: 'repaired' }),
  () => ({ type: 'CloseCase', resolution: 'solved-by-phone', note: reason }),
  () => ({ type: 'ReopenCase', reason, windowMs: 30 * 24 * HOUR }),
  () => ({ type: 'ResumeCase' }),
  () => ({ type: 'WithdrawCustomerTime', reason }),
  (s) => ({ type: 'ApproveExemption', exemptionId: exemptionOf(s) }),
  (s) => ({ type: 'RefuseExemption', exemptionId: exemptionOf(s), note: reason }),
  (s) => ({ type: 'RequestExemption', exemptionId: newExemption(s), target: 'signature', reason }),
  (s) => ({ type: 'RequestExemption', exemptionId: newExemption(s), target: 'onSiteResponse:-:1', reason }),
  (s) => ({ type: 'ApproveVoiding', clockId: clockOf(s), note: reason }),
  (s) => ({ type: 'RefuseVoiding', clockId: clockOf(s) }),
  () => ({ type: 'AddNote', text: reason, kind: 'note' }),
  () => ({ type: 'TriageCase', faultCode: 'E17', priority: 'urgent', handlingOpinion: reason, sla }),
  () => ({ type: 'CorrectDetails', reason, changes: { address: reason, county: 'yuzhong' } }),
  () => ({ type: 'RecordClockFacts' }),
  () => ({ type: 'AbsorbDuplicate', caseId: 'c2', number: 'n2', reportedAt: h(0) }),
  () => report,
];
const final: readonly CaseCommand[] = [
  { type: 'CancelCase', reason },
  { type: 'MergeDuplicate', into: 'c0' },
];
const withTimes: fc.Arbitrary<Step['command']> = fc.oneof(
  pauseReason.map((why) => (_: CaseState, now: number): CaseCommand => ({
    type: 'PauseCase',
    reason: why,
    until: now + 9 * HOUR,
  })),
  fc
    .tuple(fc.integer({ min: -2, max: 40 }), fc.constantFrom('customer', 'us' as const))
    .map(([hours, requestedBy]) => (s: CaseState, now: number): CaseCommand => ({
      type: 'AgreeAppointment',
      visitId: anyVisit(s),
      from: now + hours * HOUR,
      to: now + (hours + 2) * HOUR,
      requestedBy,
      reason,
    })),
  fc.integer({ min: -2, max: 40 }).map((hours) => (_: CaseState, now: number): CaseCommand => ({
    type: 'RequestCustomerTime',
    from: now + hours * HOUR,
    to: now + (hours + 2) * HOUR,
  })),
);

/** What a diligent office would do next, so that deep states are reached. */
function next(state: CaseState): CaseCommand {
  if (state.phase === 'closed') return { type: 'ReopenCase', reason, windowMs: 30 * 24 * HOUR };
  const open = state.visits.find(isOpen);
  if (open?.status === 'dispatched') return { type: 'AcceptDispatch', visitId: open.visitId };
  if (open && open.arrivedAt === null) return { type: 'RecordArrival', visitId: open.visitId };
  if (open) return { type: 'CompleteVisit', visitId: open.visitId, fixed: true, materials: [belt] };
  const last = completedVisits(state).at(-1);
  if (!last?.fixed) return { type: 'DispatchTechnician', visitId: newVisit(state), technicianId: 'wang' };
  if (!state.informed) return { type: 'InformCustomer', result: reason, channel: 'phone' };
  if (state.signedDigest === null)
    return { type: 'CaptureSignature', signerName: reason, materialsDigest: digest(state) };
  return { type: 'CloseCase', resolution: 'repaired' };
}

/** Half of them move the case on, the rest is anything. */
const command: fc.Arbitrary<Step['command']> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(next) },
  { weight: 14, arbitrary: fc.constantFrom(...ofVisit) },
  { weight: 12, arbitrary: fc.constantFrom(...ofCase) },
  { weight: 6, arbitrary: withTimes },
  { weight: 1, arbitrary: fc.constantFrom(...final).map((ending) => () => ending) },
);

const step: fc.Arbitrary<Step> = fc.record({
  command,
  advance: fc.constantFrom(0, 1, 60_000, HOUR, 13 * HOUR),
  lateness: fc.constantFrom(0, 0, 0, 0, 0, 60_000, 3 * HOUR, 30 * HOUR),
  actor: fc.constantFrom('wang', 'ann', 'sun'),
  role: fc.constantFrom('technician', 'agent', 'dispatcher', 'dispatcher', 'supervisor', 'supervisor'),
});

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** The state after the command; a refusal leaves it, and must be one that is documented. */
function give(state: CaseState, what: CaseCommand, context: CommandContext): CaseState {
  try {
    const decided = caseDecider.decide(what, freeze(state), context);
    expect(JSON.parse(JSON.stringify(decided))).toStrictEqual(decided);
    const after = freeze(foldDecided(state, decided, context));
    expect(foldDecided(state, decided.map(withoutPersonal), context)).toEqual(after);
    expect(caseDecider.decide({ type: 'RecordClockFacts' }, after, context)).toEqual([]);
    return after;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    expect(caseRefusals).toHaveProperty([error.code], error.kind);
    return state;
  }
}

type Decision = ReturnType<typeof caseDecider.decide>[number];

function withoutPersonal(event: Decision): Decision {
  const fields: readonly string[] = casePersonalFields[event.type as keyof typeof casePersonalFields] ?? [];
  const data = Object.fromEntries(Object.entries(event.data).filter(([field]) => !fields.includes(field)));
  return { ...event, data } as Decision;
}

function expectConsistent(state: CaseState): void {
  const open = state.visits.filter(isOpen);
  expect(open.length).toBeLessThanOrEqual(state.phase === 'open' ? 1 : 0);
  if (state.phase !== 'open') expect([state.pauses, state.promise]).toEqual([[], null]);
  expect(new Set(state.pauses.map((pause) => pause.reason)).size).toBe(state.pauses.length);
  expect(new Set(state.visits.map(({ visitId }) => visitId)).size).toBe(state.visits.length);
  for (const { dispatchedAt, arrivedAt, endedAt } of state.visits) {
    if (arrivedAt !== null) expect(arrivedAt).toBeGreaterThanOrEqual(dispatchedAt);
    if (endedAt !== null) expect(endedAt).toBeGreaterThanOrEqual(arrivedAt ?? dispatchedAt);
  }
  const pending = state.exemptions.filter((exemption) => exemption.state === 'pending').map(({ target }) => target);
  expect(new Set(pending).size).toBe(pending.length);
  expect(JSON.stringify(state)).not.toContain('personal-');
}

describe('any sequence of commands', () => {
  it('throws nothing but documented refusals and leaves a consistent case without personal data', () => {
    const phases = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 50 }), (steps) => {
        let now = h(0);
        const context = { now, occurredAt: now, actor: 'ann', roles: ['agent'] };
        let state = give(caseDecider.initialState, report, context);
        for (const { command: make, advance, lateness, actor, role } of steps) {
          now += advance;
          state = give(state, make(state, now), { now, occurredAt: now - lateness, actor, roles: [role] });
          expectConsistent(state);
          phases.add(`${state.phase} ${state.cycle > 1 ? 'again' : 'first'}`);
        }
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
    const reached = ['open first', 'closed first', 'open again', 'closed again', 'cancelled first', 'merged first'];
    expect([...phases]).toEqual(expect.arrayContaining(reached));
  });
});
