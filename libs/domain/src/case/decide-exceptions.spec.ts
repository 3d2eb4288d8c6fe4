import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  arrived,
  cancelled,
  closed,
  dispatched,
  dispatcher,
  h,
  isoH,
  li,
  ON_SITE,
  paused,
  reopened,
  reported,
  supervisor,
  wang,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, agent);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(5), occurredAt: h(hours) });

describe('PauseCase', () => {
  const pause = { type: 'PauseCase', reason: 'waiting-customer', until: h(30) } as const;
  const event = { type: 'CasePaused', data: { reason: 'waiting-customer', until: isoH(30) } } as const;

  it('is an agent’s or the latest visit’s technician’s', () => {
    spec.given(reported()).when(pause).then(event);
    spec.given(reported(), dispatched()).when(pause, wang).then(event);
    spec.given(reported(), dispatched()).when(pause, li).thenRejected('case.unknown');
  });

  it('keeps at most one open pause per reason; several reasons may run at once', () => {
    const given = spec.given(reported(), paused('waiting-customer'));
    given.when(pause).thenRejected('case.already-paused', { params: { reason: 'waiting-customer' } });
    given
      .when({ ...pause, reason: 'weather' })
      .then({ type: 'CasePaused', data: { reason: 'weather', until: isoH(30) } });
  });

  it('needs a note for another reason', () => {
    const other = { ...pause, reason: 'other' } as const;
    spec
      .given(reported())
      .when(other)
      .thenRejected('field.required', { errors: { note: 'what the case waits for' } });
    spec
      .given(reported())
      .when({ ...other, note: 'road works' })
      .then({ type: 'CasePaused', data: { reason: 'other', note: 'road works', until: isoH(30) } });
  });

  it('is refused when until is not after it, before the report or reopening, and once closed', () => {
    spec
      .given(reported())
      .when({ ...pause, until: h(1) }, { now: h(1) })
      .thenRejected('pause.until-past');
    spec
      .given(reported())
      .when({ ...pause, until: h(2) }, late(1))
      .decided();
    spec.given(reported()).when(pause, late(-1)).thenRejected(outOfOrder);
    spec
      .given(reported(), closed(3), reopened(4))
      .when(pause, late(3.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'CaseReopened' } });
    spec.given(reported(), closed()).when(pause).thenRejected('case.already-closed');
  });
});

describe('ResumeCase', () => {
  const both = [reported(), paused('waiting-customer', 1), paused('weather', 2)];

  it('ends one pause by its reason, all without one', () => {
    spec
      .given(...both)
      .when({ type: 'ResumeCase', reason: 'weather' })
      .then({ type: 'CaseResumed', data: { reasons: ['weather'] } });
    spec
      .given(...both)
      .when({ type: 'ResumeCase' })
      .then({ type: 'CaseResumed', data: { reasons: ['waiting-customer', 'weather'] } });
  });

  it('is refused when nothing of that is open, before the pause, and once closed', () => {
    const resume = { type: 'ResumeCase' } as const;
    spec.given(reported()).when(resume).thenRejected('case.not-paused');
    spec
      .given(...both)
      .when({ ...resume, reason: 'road' })
      .thenRejected('case.not-paused', { params: { reason: 'road' } });
    spec
      .given(...both)
      .when(resume, late(1.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'CasePaused' } });
    spec
      .given(...both)
      .when({ ...resume, reason: 'waiting-customer' }, late(1.5))
      .decided();
    spec
      .given(...both, closed())
      .when(resume)
      .thenRejected('case.already-closed');
  });
});

describe('open pauses', () => {
  const all = (['waiting-customer', 'waiting-part', 'weather', 'road', 'other'] as const).map((r) => paused(r, 2));
  const open = (...history: readonly History[]) =>
    spec
      .given(...history)
      .state()
      .pauses.map(({ reason }) => reason);

  it('for customer, weather and road end at the arrival', () => {
    expect(open(reported(), dispatched(), ...all, arrived())).toEqual(['waiting-part', 'other']);
  });

  it('that began after a late recorded arrival go on; those that began before it are over', () => {
    expect(open(reported(), dispatched(), paused('weather', 4), arrived(3))).toEqual(['weather']);
    expect(open(reported(), dispatched(), arrived(3), paused('weather', 2))).toEqual([]);
    expect(open(reported(), dispatched(), arrived(3), paused('waiting-part', 2))).toEqual(['waiting-part']);
  });

  it('all end at closing and cancelling, and stay ended after a reopening', () => {
    expect(open(reported(), ...all, closed())).toEqual([]);
    expect(open(reported(), ...all, cancelled())).toEqual([]);
    expect(open(reported(), ...all, closed(), reopened())).toEqual([]);
  });

  it('end by name when resumed', () => {
    const resumed: History = { type: 'CaseResumed', data: { reasons: ['road', 'other'] }, at: h(3) };
    expect(open(reported(), ...all, resumed)).toEqual(['waiting-customer', 'waiting-part', 'weather']);
  });
});

describe('voidings', () => {
  const ofClock = { clockId: ON_SITE, target: 'onSiteResponse', dueAt: isoH(24) } as const;
  const pending: History = {
    type: 'VoidingRequested',
    data: { ...ofClock, factType: 'TechnicianArrived', factRecordedBy: 'dong' },
    at: h(28),
  };
  const approve = { type: 'ApproveVoiding', clockId: ON_SITE, note: 'gps confirms' } as const;
  const refuse = { type: 'RefuseVoiding', clockId: ON_SITE } as const;

  it('are approved or refused by a supervisor, also after closing', () => {
    for (const history of [
      [reported(), pending],
      [reported(), pending, closed(30)],
    ]) {
      spec
        .given(...history)
        .when(approve, supervisor)
        .then({ type: 'BreachVoided', data: { ...ofClock, by: 'approval', note: 'gps confirms' } });
      spec
        .given(...history)
        .when(refuse, supervisor)
        .then({ type: 'VoidingRefused', data: ofClock });
    }
  });

  it('are refused where none is pending, and to the recorder of the fact', () => {
    const voided: History = { type: 'BreachVoided', data: { ...ofClock, by: 'approval' }, at: h(29) };
    const denied: History = { type: 'VoidingRefused', data: ofClock, at: h(29) };
    for (const command of [approve, refuse]) {
      spec.given(reported()).when(command, supervisor).thenRejected('voiding.unknown');
      spec.given(reported(), pending, voided).when(command, supervisor).thenRejected('voiding.unknown');
      spec.given(reported(), pending, denied).when(command, supervisor).thenRejected('voiding.unknown');
      spec
        .given(reported(), pending)
        .when(command, { ...supervisor, actor: 'dong' })
        .thenRejected('voiding.own-fact');
      spec.given(reported(), pending, cancelled(29)).when(command, dispatcher).thenRejected('case.cancelled');
    }
  });
});
