import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import type { ReportFault } from './case.commands';
import {
  agent,
  arrived,
  cancelled,
  closed,
  customerTime,
  declined,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  isoH,
  li,
  merged,
  noTargets,
  reopened,
  reported,
  wang,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, agent);
const report: ReportFault = {
  type: 'ReportFault',
  caseId: 'c1',
  number: '7KM-3RX-4',
  siteName: '兰州一号工地',
  contact: { name: '王师傅', phone: '13800000000' },
  address: '城关区',
  region: 'gansu',
  faultDescription: 'belt slips',
  sla: noTargets,
};

describe('ReportFault', () => {
  const { type: _, ...content } = report;

  it('reports a fault of normal priority unless told otherwise', () => {
    spec
      .given()
      .when(report)
      .then({ type: 'FaultReported', data: { ...content, caseType: 'fault', priority: 'normal' } });
  });

  it('keeps what the caller said about type, priority and everything optional', () => {
    const more = {
      caseType: 'complaint',
      priority: 'urgent',
      county: 'yuzhong',
      followUpOf: 'c0',
      depotId: 'd1',
    } as const;
    spec
      .given()
      .when({ ...report, ...more })
      .then({ type: 'FaultReported', data: { ...content, ...more } });
  });

  it('records the time that the customer named as his first promise', () => {
    const decided = spec
      .given()
      .when({ ...report, customerTime: { from: h(5), to: h(7) } }, { now: h(0) })
      .decided();
    expect(decided[0]?.data).not.toHaveProperty('customerTime');
    expect(decided[1]).toEqual({
      type: 'CustomerTimeRequested',
      data: { promise: 1, from: isoH(5), to: isoH(7) },
    });
  });

  it('is refused for a case that is there', () => {
    spec.given(reported()).when(report).thenRejected('case.already-reported');
  });

  it('is refused when the named time ends before it begins, or is over', () => {
    const named = (from: number, to: number) => ({ ...report, customerTime: { from: h(from), to: h(to) } });
    spec
      .given()
      .when(named(5, 5), { now: h(0) })
      .thenRejected('window.empty', { errors: { to: 'an instant after from' } });
    spec
      .given()
      .when(named(-2, 0), { now: h(0) })
      .thenRejected('customer-time.past');
  });
});

describe('commands of a case that was never reported, or has ended for good', () => {
  const note = { type: 'AddNote', text: 'called', kind: 'call' } as const;

  it('are unknown, refused as cancelled, refused as merged with the survivor named', () => {
    spec.given().when(note).thenRejected('case.unknown');
    spec.given(reported(), cancelled()).when(note).thenRejected('case.cancelled');
    spec
      .given(reported(), merged())
      .when(note)
      .thenRejected('case.merged', { params: { into: 'c0' } });
  });
});

describe('TriageCase', () => {
  const triage = {
    type: 'TriageCase',
    faultCode: 'E17',
    priority: 'season',
    handlingOpinion: 'replace',
    sla: noTargets,
  } as const;
  const { type: _, ...content } = triage;

  it('keeps the case type unless it names another', () => {
    const given = spec.given(reported({ caseType: 'upgrade' }));
    given.when(triage).then({ type: 'CaseTriaged', data: { ...content, caseType: 'upgrade' } });
    given
      .when({ ...triage, caseType: 'fault', coverage: 'in-warranty' })
      .then({ type: 'CaseTriaged', data: { ...content, caseType: 'fault', coverage: 'in-warranty' } });
  });

  it('is refused once closed, before the report, and to an enquiry while a visit is open', () => {
    spec.given(reported(), closed()).when(triage).thenRejected('case.already-closed');
    spec
      .given(reported())
      .when(triage, { now: h(1), occurredAt: h(-1) })
      .thenRejected('occurred-at.out-of-order', { params: { predecessor: 'FaultReported' } });
    spec
      .given(reported(), dispatched())
      .when({ ...triage, caseType: 'enquiry' })
      .thenRejected('case.visit-open', { params: { visitId: 'v1' } });
  });
});

describe('CorrectDetails', () => {
  const correct = (changes: object) => ({ type: 'CorrectDetails', reason: 'misheard', changes }) as const;
  const known = spec.given(reported({ county: 'yuzhong' }), customerTime(10, 12));

  it('leaves out what equals the record, and keeps personal changes apart', () => {
    known.when(correct({ region: 'gansu', county: 'gaolan', address: '新地址', geo: { lat: 36, lon: 103 } })).then({
      type: 'DetailsCorrected',
      data: {
        changes: { county: 'gaolan' },
        personalChanges: { address: '新地址', geo: { lat: 36, lon: 103 } },
        reason: 'misheard',
      },
    });
  });

  it('moves the depot with the place only', () => {
    known
      .when(correct({ county: 'gaolan', depotId: 'd2' }))
      .then({ type: 'DetailsCorrected', data: { changes: { county: 'gaolan', depotId: 'd2' }, reason: 'misheard' } });
    known.when(correct({ county: 'yuzhong', depotId: 'd2' })).thenRejected('case.nothing-changed');
  });

  it('takes the depot away with a place that has none, and writes none where none was', () => {
    const nowhere = (changes: object) => ({ type: 'DetailsCorrected', data: { changes, reason: 'misheard' } }) as const;
    const moved = { region: 'tibet', depotId: null };
    const placed = spec.given(reported({ depotId: 'd1' }));
    placed.when(correct(moved)).then(nowhere(moved));
    const { attributes } = spec.given(reported({ depotId: 'd1' }), nowhere(moved)).state();
    expect(attributes).toEqual({ caseType: 'fault', priority: 'normal', region: 'tibet' });
    known.when(correct(moved)).then(nowhere({ region: 'tibet' }));
  });

  it('takes another customer time as the customer naming one', () => {
    known.when(correct({ customerTime: { from: h(20), to: h(22) } })).then({
      type: 'CustomerTimeRequested',
      data: { promise: 2, from: isoH(20), to: isoH(22) },
    });
  });

  it('is refused when nothing differs, and once closed', () => {
    const same = { region: 'gansu', county: 'yuzhong', customerTime: { from: h(10), to: h(12) } };
    known.when(correct(same)).thenRejected('case.nothing-changed');
    known.when(correct({})).thenRejected('case.nothing-changed');
    spec
      .given(reported(), closed())
      .when(correct({ county: 'x' }))
      .thenRejected('case.already-closed');
  });
});

describe('AddNote', () => {
  const note = { type: 'AddNote', text: 'called back', kind: 'callback', channel: 'phone' } as const;
  const { type: _, ...content } = note;
  const added = { type: 'NoteAdded', data: content } as const;

  it('is possible while open and after closing', () => {
    spec.given(reported()).when(note).then(added);
    spec.given(reported(), closed()).when(note).then(added);
  });

  it('is the technician’s of the latest visit; other technicians do not learn that the case exists', () => {
    const second = [...fixedVisit, dispatched(6, 'v2', 'li')];
    spec.given(reported(), dispatched()).when(note, wang).then(added);
    spec
      .given(reported(), ...second)
      .when(note, wang)
      .thenRejected('case.not-your-visit');
    spec.given(reported(), dispatched()).when(note, li).thenRejected('case.unknown');
    spec.given(reported(), dispatched(), declined()).when(note, wang).thenRejected('case.unknown');
  });
});

describe('TakeOwnership and HandOverResponsibility', () => {
  it('name the owner, and who is responsible now', () => {
    const given = spec.given(reported());
    given.when({ type: 'TakeOwnership', owner: 'ann' }).then({ type: 'OwnershipTaken', data: { owner: 'ann' } });
    given
      .when({ type: 'HandOverResponsibility', to: 'maker', reason: 'three guarantees' })
      .then({ type: 'ResponsibilityHandedOver', data: { to: 'maker', reason: 'three guarantees' } });
    expect(spec.given(reported(), { type: 'OwnershipTaken', data: { owner: 'ann' } }).state().owner).toBe('ann');
  });

  it('are refused once closed', () => {
    const given = spec.given(reported(), closed());
    given.when({ type: 'TakeOwnership', owner: 'ann' }).thenRejected('case.already-closed');
    given.when({ type: 'HandOverResponsibility', to: 'x', reason: 'y' }).thenRejected('case.already-closed');
  });
});

describe('RequestCustomerTime and WithdrawCustomerTime', () => {
  const request = { type: 'RequestCustomerTime', from: h(20), to: h(22) } as const;
  const withdraw = { type: 'WithdrawCustomerTime', reason: 'any time is fine' } as const;

  it('number the promises; a newer one replaces the standing one', () => {
    const promise = (number: number) =>
      ({ type: 'CustomerTimeRequested', data: { promise: number, from: isoH(20), to: isoH(22) } }) as const;
    spec.given(reported()).when(request).then(promise(1));
    spec.given(reported(), customerTime(10, 12)).when(request).then(promise(2));
    expect(spec.given(reported(), customerTime(10, 12), customerTime(20, 22, 0.7, 2)).state().promise?.number).toBe(2);
  });

  it('withdraw the promise that stands', () => {
    spec
      .given(reported(), customerTime(10, 12), customerTime(20, 22, 0.7, 2))
      .when(withdraw)
      .then({ type: 'CustomerTimeWithdrawn', data: { promise: 2, reason: 'any time is fine' } });
  });

  it('find none standing before a naming, after a withdrawal, after the arrival and after closing', () => {
    const none = 'customer-time.none-standing';
    spec.given(reported()).when(withdraw).thenRejected(none);
    const gone = { type: 'CustomerTimeWithdrawn', data: { promise: 1 }, at: h(0.8) } as const;
    spec.given(reported(), customerTime(10, 12), gone).when(withdraw).thenRejected(none);
    spec.given(reported(), customerTime(10, 12), dispatched(), arrived()).when(withdraw).thenRejected(none);
    spec.given(reported(), customerTime(10, 12), closed(), reopened()).when(withdraw).thenRejected(none);
  });

  it('let an arrival that happened later end a naming that was recorded late', () => {
    const state = spec.given(reported(), dispatched(), arrived(), customerTime(10, 12, 2)).state();
    expect(state.promise).toBeNull();
    expect(spec.given(reported(), dispatched(), arrived(), customerTime(10, 12, 3.5)).state().promise).not.toBeNull();
  });

  it('are refused out of order: before the report or reopening, before the former naming, before what they withdraw', () => {
    const code = 'occurred-at.out-of-order';
    const early = (hours: number) => ({ now: h(9), occurredAt: h(hours) });
    spec.given(reported()).when(request, early(-1)).thenRejected(code);
    spec
      .given(reported(), closed(), reopened())
      .when(request, early(6.5))
      .thenRejected(code, { params: { predecessor: 'CaseReopened', notBefore: isoH(7) } });
    const named = spec.given(reported(), customerTime(10, 12, 2));
    named.when(request, early(1)).thenRejected(code, { params: { predecessor: 'CustomerTimeRequested' } });
    named.when(withdraw, early(1)).thenRejected(code, { params: { predecessor: 'CustomerTimeRequested' } });
  });

  it('are refused once closed, for an empty window and for one that is over', () => {
    spec.given(reported(), closed()).when(request).thenRejected('case.already-closed');
    spec.given(reported(), closed()).when(withdraw).thenRejected('case.already-closed');
    spec
      .given(reported())
      .when({ ...request, to: h(20) }, dispatcher)
      .thenRejected('window.empty');
    spec
      .given(reported())
      .when(request, { now: h(30) })
      .thenRejected('customer-time.past');
  });
});
