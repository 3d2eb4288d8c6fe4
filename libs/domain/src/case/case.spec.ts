import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import type { TargetSpec } from '../sla';
import { caseDecider } from './case';
import {
  agent,
  arrived,
  belt,
  dispatched,
  h,
  isoH,
  merged,
  noTargets,
  ON_SITE,
  reported,
  wang,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, agent);
const target: TargetSpec = { target: 'onSiteResponse', withinMs: 24 * 3_600_000, warnAt: [50], pausedBy: ['weather'] };
const watched = reported({ sla: { ...noTargets, targets: [target] } });
const clock = { clockId: ON_SITE, target: 'onSiteResponse' } as const;
const warning = (hours: number) =>
  ({ type: 'SlaWarningRaised', data: { ...clock, percent: 50, at: isoH(hours) }, occurredAt: h(hours) }) as const;
const breach = {
  type: 'SlaBreached',
  data: { ...clock, dueAt: isoH(24), cause: 'elapsed' },
  occurredAt: h(24),
} as const;
const given = (event: typeof breach | ReturnType<typeof warning>): History => {
  const { occurredAt, ...recorded } = event;
  return { ...recorded, at: occurredAt };
};
const record = { type: 'RecordClockFacts' } as const;

describe('RecordClockFacts', () => {
  it('records every step that is due, with its true instant, the breach after its warnings', () => {
    spec
      .given(watched)
      .when(record, { now: h(12) - 1 })
      .then();
    spec
      .given(watched)
      .when(record, { now: h(12) })
      .then(warning(12));
    spec
      .given(watched)
      .when(record, { now: h(33) })
      .then(warning(12), breach);
  });

  it('records nothing twice, for a stopped clock, for a final case and for none', () => {
    spec
      .given(watched, given(warning(12)), given(breach))
      .when(record, { now: h(40) })
      .then();
    spec
      .given(watched, dispatched(), arrived())
      .when(record, { now: h(40) })
      .then();
    spec
      .given(watched, merged(6))
      .when(record, { now: h(40) })
      .then();
    spec.given().when(record).then();
  });

  it('waits as long as the case is paused', () => {
    const paused: History = { type: 'CasePaused', data: { reason: 'weather', until: isoH(10) }, at: h(2) };
    const resumed: History = { type: 'CaseResumed', data: { reasons: ['weather'] }, at: h(7) };
    spec
      .given(watched, paused)
      .when(record, { now: h(40) })
      .then();
    spec
      .given(watched, paused, resumed)
      .when(record, { now: h(17) })
      .then(warning(17));
  });
});

describe('every command', () => {
  it('records the clock facts that are due by then after its own events', () => {
    spec
      .given(watched)
      .when({ type: 'AddNote', text: 'called', kind: 'call' }, { now: h(25) })
      .then({ type: 'NoteAdded', data: { text: 'called', kind: 'call' } }, warning(12), breach);
  });

  it('is judged by when it happened: an arrival in time that was recorded late leaves no breach', () => {
    spec
      .given(watched, dispatched())
      .when({ type: 'RecordArrival', visitId: 'v1' }, { ...wang, now: h(25), occurredAt: h(23) })
      .then({ type: 'TechnicianArrived', data: { visitId: 'v1' } }, warning(12));
  });

  it('voids a published breach with a fact that is late within the limit, else asks a supervisor', () => {
    const breached = [watched, dispatched(), given(warning(12)), given(breach)];
    const arrive = { type: 'RecordArrival', visitId: 'v1' } as const;
    const shown = { factType: 'TechnicianArrived', factAt: isoH(23.5) };
    const inTime = spec.given(...breached).when(arrive, { ...wang, now: h(25), occurredAt: h(23.5) });
    expect(inTime.decided()[1]).toMatchObject({ type: 'BreachVoided', data: { ...clock, by: 'late-fact', ...shown } });
    const late = spec.given(...breached).when(arrive, { ...wang, now: h(30), occurredAt: h(23.5) });
    expect(late.decided()[1]).toMatchObject({
      type: 'VoidingRequested',
      data: { ...clock, ...shown, factRecordedBy: 'wang' },
    });
  });

  it('that is refused records nothing', () => {
    spec
      .given(watched)
      .when(
        { type: 'CompleteVisit', visitId: 'v1', fixed: true, materials: [belt] },
        { now: h(40), roles: ['dispatcher'] },
      )
      .thenRejected('visit.unknown');
  });
});
