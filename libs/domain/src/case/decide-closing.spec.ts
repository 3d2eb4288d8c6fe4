import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import type { CloseCase } from './case.commands';
import type { MaterialLine } from './case.events';
import {
  agent,
  arrived,
  belt,
  closed,
  completed,
  dispatched,
  fixedVisit,
  h,
  informed,
  isoH,
  paused,
  reopened,
  reported,
  supervisor,
  unfixedVisit,
  type History,
} from './case-history.fixture';
import { materialsDigest } from './materials-digest';

const spec = DeciderSpec.for(caseDecider, agent);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(20), occurredAt: h(hours) });
const unmet = 'case.closing-needs-unmet';
const repaired: CloseCase = { type: 'CloseCase', resolution: 'repaired' };
const phone: CloseCase = { type: 'CloseCase', resolution: 'solved-by-phone', note: 'restarted' };
const closedAs = (command: CloseCase) => {
  const { type: _, ...data } = command;
  return { type: 'CaseClosed', data } as const;
};
const signed = (hours: number, ...lines: readonly MaterialLine[]): History => ({
  type: 'CustomerSigned',
  data: { materialsDigest: materialsDigest(lines) },
  at: h(hours),
});

describe('CloseCase of any type', () => {
  it('needs every visit ended and the customer told, and lists each unmet need', () => {
    spec
      .given(reported(), dispatched())
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['visit', 'lastVisitFixed'], resolution: 'repaired' } });
    spec
      .given(reported({ caseType: 'complaint' }), dispatched())
      .when(phone)
      .thenRejected(unmet, {
        errors: { visit: 'no visit is open: complete, decline or withdraw it' },
      });
    const untold = [dispatched(), arrived(), completed({ materials: [belt] })];
    spec
      .given(reported(), ...untold)
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['customerInformed', 'signature'] } });
  });

  it('needs materials signed as they stand', () => {
    const visit = [dispatched(), arrived(), completed({ materials: [belt] })];
    const given = (...steps: readonly History[]) => spec.given(reported(), ...visit, ...steps, informed());
    const unsigned = { params: { unmet: ['signature'] } };
    given().when(repaired).thenRejected(unmet, unsigned);
    given(signed(4.5, belt, belt))
      .when(repaired)
      .thenRejected(unmet, unsigned);
    given(signed(4.5, belt)).when(repaired).then(closedAs(repaired));
    const amended = { type: 'MaterialsAmended', data: { visitId: 'v1', materials: [belt] }, at: h(4.7) } as const;
    given(signed(4.5, belt), amended).when(repaired).thenRejected(unmet, unsigned);
    given(amended, signed(4.8, belt)).when(repaired).decided();
  });

  it('takes an approved signature exemption for the signature, a pending or refused one not', () => {
    const visit = [dispatched(), arrived(), completed({ materials: [belt] }), informed()];
    const data = { exemptionId: 'x1', target: 'signature' };
    const requested: History = { type: 'ExemptionRequested', data, at: h(5.1) };
    const given = (...steps: readonly History[]) => spec.given(reported(), ...visit, requested, ...steps);
    given({ type: 'ExemptionApproved', data, at: h(5.2) })
      .when(repaired)
      .then(closedAs(repaired));
    given().when(repaired).thenRejected(unmet);
    given({ type: 'ExemptionRefused', data, at: h(5.2) })
      .when(repaired)
      .thenRejected(unmet);
  });

  it('does not take a signature exemption of before the reopening', () => {
    const data = { exemptionId: 'x1', target: 'signature' };
    const exempted: readonly History[] = [
      { type: 'ExemptionRequested', data, at: h(5.1) },
      { type: 'ExemptionApproved', data, at: h(5.2) },
    ];
    const first = [
      dispatched(),
      arrived(),
      completed({ materials: [belt] }),
      informed(),
      ...exempted,
      closed(),
      reopened(),
    ];
    const again = [
      dispatched(8, 'v2'),
      arrived(9, 'v2'),
      completed({ visitId: 'v2', materials: [belt] }, 10),
      informed(11),
    ];
    spec
      .given(reported(), ...first, ...again)
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['signature'] } });
  });

  it('needs a note unless repaired', () => {
    for (const resolution of ['no-visit-needed', 'solved-by-phone', 'replaced', 'not-repaired'] as const) {
      const command = { type: 'CloseCase', resolution } as const;
      spec
        .given(reported())
        .when(command, supervisor)
        .thenRejected('field.required', {
          errors: { note: `why the case closes as ${resolution}` },
        });
    }
  });

  it('asks no visit of an enquiry, a complaint, a maintenance or an upgrade', () => {
    for (const caseType of ['enquiry', 'complaint', 'maintenance', 'upgrade'] as const) {
      spec.given(reported({ caseType })).when(repaired).then(closedAs(repaired));
      const replaced: CloseCase = { type: 'CloseCase', resolution: 'replaced', note: 'new machine' };
      spec.given(reported({ caseType })).when(replaced).then(closedAs(replaced));
    }
  });

  it('is refused twice, and when it precedes what it ends', () => {
    spec.given(reported(), closed()).when(repaired).thenRejected('case.already-closed');
    const given = spec.given(reported(), ...fixedVisit);
    given.when(repaired, late(4.5)).thenRejected(outOfOrder, {
      params: { predecessor: 'CustomerInformed', notBefore: isoH(5) },
    });
    given.when(repaired, late(5)).then(closedAs(repaired));
    const resumed: History = { type: 'CaseResumed', data: { reasons: ['weather'] }, at: h(4) };
    const pauses = [reported(), paused('weather', 3), resumed];
    spec
      .given(...pauses)
      .when(phone, late(3.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'CaseResumed' } });
    spec.given(reported(), paused('road', 3)).when(phone, late(2)).thenRejected(outOfOrder);
    spec.given(reported()).when(phone, late(-1)).thenRejected(outOfOrder);
  });
});

describe('CloseCase of a fault', () => {
  it('as repaired needs the last visit fixed', () => {
    spec
      .given(reported(), ...fixedVisit)
      .when(repaired)
      .then(closedAs(repaired));
    const only = { params: { unmet: ['lastVisitFixed'] } };
    spec
      .given(reported(), ...unfixedVisit, informed())
      .when(repaired)
      .thenRejected(unmet, only);
    spec.given(reported()).when(repaired).thenRejected(unmet, only);
    const worse = [
      ...fixedVisit,
      dispatched(6, 'v2'),
      arrived(7, 'v2'),
      completed({ visitId: 'v2', fixed: false }, 8),
      informed(9),
    ];
    spec
      .given(reported(), ...worse)
      .when(repaired)
      .thenRejected(unmet, only);
  });

  it('as replaced or not repaired needs a completed visit and a supervisor', () => {
    for (const resolution of ['replaced', 'not-repaired'] as const) {
      const command: CloseCase = { type: 'CloseCase', resolution, note: 'beyond repair' };
      const visited = spec.given(reported(), ...unfixedVisit, informed());
      visited.when(command, supervisor).then(closedAs(command));
      visited.when(command, agent).thenRejected('case.closing-needs-supervisor', { params: { unmet: ['supervisor'] } });
      spec
        .given(reported())
        .when(command, supervisor)
        .thenRejected(unmet, { params: { unmet: ['completedVisit'] } });
      spec
        .given(reported())
        .when(command)
        .thenRejected(unmet, { params: { unmet: ['completedVisit', 'supervisor'] } });
    }
  });

  it('without need of a visit, or solved by telephone, needs none', () => {
    spec.given(reported()).when(phone).then(closedAs(phone));
    const needless: CloseCase = { type: 'CloseCase', resolution: 'no-visit-needed', note: 'no power' };
    spec.given(reported()).when(needless).then(closedAs(needless));
    spec
      .given(reported(), ...unfixedVisit)
      .when(phone)
      .thenRejected(unmet, { params: { unmet: ['customerInformed'] } });
  });

  it('counts only what came after the latest reopening', () => {
    const first = [...fixedVisit, closed(), reopened()];
    spec
      .given(reported(), ...first)
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['lastVisitFixed'] } });
    spec
      .given(reported(), ...first)
      .when(phone)
      .then(closedAs(phone));
    spec
      .given(reported(), ...first)
      .when(phone, late(6.5))
      .thenRejected(outOfOrder, { params: { predecessor: 'CaseReopened' } });
    const again = [dispatched(8, 'v2'), arrived(9, 'v2'), completed({ visitId: 'v2' }, 10)];
    spec
      .given(reported(), ...first, ...again)
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['customerInformed'] } });
    spec
      .given(reported(), ...first, ...again, informed(11))
      .when(repaired)
      .then(closedAs(repaired));
  });

  it('after a reopening asks for a signature of new materials only, over all lines', () => {
    const visit = [dispatched(), arrived(), completed({ materials: [belt] }), signed(4.5, belt), informed()];
    const first = [...visit, closed(), reopened()];
    spec
      .given(reported(), ...first)
      .when(phone)
      .then(closedAs(phone));
    const again = [
      dispatched(8, 'v2'),
      arrived(9, 'v2'),
      completed({ visitId: 'v2', materials: [belt] }, 10),
      informed(11),
    ];
    spec
      .given(reported(), ...first, ...again)
      .when(repaired)
      .thenRejected(unmet, { params: { unmet: ['signature'] } });
    spec
      .given(reported(), ...first, ...again, signed(12, belt, belt))
      .when(repaired)
      .then(closedAs(repaired));
  });
});
