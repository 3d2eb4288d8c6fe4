import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  arrived,
  cancelled,
  closed,
  completed,
  dispatched,
  fixedVisit,
  h,
  ON_SITE,
  onSiteIn24h,
  reopened,
  reported,
  supervisor,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, agent);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(5), occurredAt: h(hours) });

describe('exemptions', () => {
  const request = (target: string) =>
    ({ type: 'RequestExemption', exemptionId: 'x1', target, reason: 'flood' }) as const;
  const approve = { type: 'ApproveExemption', exemptionId: 'x1', note: 'seen' } as const;
  const refuse = { type: 'RefuseExemption', exemptionId: 'x1' } as const;
  const requested = (target: string, hours = 1): History => ({
    type: 'ExemptionRequested',
    data: { exemptionId: 'x1', target },
    at: h(hours),
    metadata: { actor: 'ann' },
  });
  const approved = (target: string, hours = 2): History => ({
    type: 'ExemptionApproved',
    data: { exemptionId: 'x1', target },
    at: h(hours),
  });
  const measured = reported({ sla: onSiteIn24h });

  it('are requested for a clock of the case or for the signature', () => {
    for (const target of [ON_SITE, 'signature']) {
      spec
        .given(measured)
        .when(request(target))
        .then({ type: 'ExemptionRequested', data: { exemptionId: 'x1', target, reason: 'flood' } });
    }
    spec
      .given(measured)
      .when(request('restore:-:9'))
      .thenRejected('exemption.unknown-target', { errors: { target: 'a clockId of this case, or signature' } });
  });

  it('change nothing while pending, and are pending once per target', () => {
    spec.given(measured, requested(ON_SITE)).when(request(ON_SITE)).thenRejected('exemption.already-pending');
    spec.given(measured, requested(ON_SITE)).when(request('signature')).decided();
    expect(spec.given(measured, requested(ON_SITE)).state().exemptions).toMatchObject([{ state: 'pending' }]);
  });

  it('of a clock are recorded for the clock as well when approved', () => {
    spec
      .given(measured, requested(ON_SITE))
      .when(approve, supervisor)
      .then(
        { type: 'ExemptionApproved', data: { exemptionId: 'x1', target: ON_SITE, note: 'seen' } },
        {
          type: 'ClockExempted',
          data: { clockId: ON_SITE, target: 'onSiteResponse', exemptionId: 'x1' },
          occurredAt: h(1) + 60_000,
        },
      );
    spec
      .given(measured, requested('signature'))
      .when(approve, supervisor)
      .then({ type: 'ExemptionApproved', data: { exemptionId: 'x1', target: 'signature', note: 'seen' } });
    spec
      .given(measured, requested(ON_SITE))
      .when(refuse, supervisor)
      .then({ type: 'ExemptionRefused', data: { exemptionId: 'x1', target: ON_SITE } });
  });

  it('are decided by a second person, once', () => {
    for (const command of [approve, refuse]) {
      const given = spec.given(measured, requested(ON_SITE));
      given.when(command, { ...supervisor, actor: 'ann' }).thenRejected('exemption.own-request');
      given.when({ ...command, exemptionId: 'x9' }, supervisor).thenRejected('exemption.unknown');
      spec
        .given(measured, requested('signature'), approved('signature'))
        .when(command, supervisor)
        .thenRejected('exemption.already-decided', { params: { state: 'approved' } });
    }
  });

  it('are not requested again once approved; a reopened case may need another for its signature', () => {
    const history = [measured, requested('signature'), approved('signature')];
    spec
      .given(...history)
      .when(request('signature'))
      .thenRejected('exemption.already-approved');
    spec
      .given(...history, closed(), reopened())
      .when(request('signature'))
      .decided();
    const refused: History = { type: 'ExemptionRefused', data: { exemptionId: 'x1', target: 'signature' }, at: h(2) };
    spec.given(measured, requested('signature'), refused).when(request('signature')).decided();
  });

  it('have nothing to excuse where the clock was met', () => {
    const met = [measured, ...fixedVisit];
    spec
      .given(...met)
      .when(request(ON_SITE))
      .thenRejected('exemption.clock-ended', { params: { state: 'met' } });
    spec
      .given(measured, requested(ON_SITE, 0.5), ...fixedVisit)
      .when(approve, supervisor)
      .thenRejected('exemption.clock-ended');
    spec
      .given(measured, requested(ON_SITE, 0.5), ...fixedVisit)
      .when(refuse, supervisor)
      .decided();
  });

  it('end 30 days after closing', () => {
    const breached = [measured, dispatched(1), arrived(30), completed({}, 31), closed(32)];
    const days = (count: number) => ({ now: h(32 + 24 * count), occurredAt: h(32) });
    spec
      .given(...breached)
      .when(request(ON_SITE), days(30))
      .decided();
    spec
      .given(...breached)
      .when(request(ON_SITE), days(30.1))
      .thenRejected('exemption.too-late');
    spec
      .given(...breached, requested(ON_SITE, 33))
      .when(approve, { ...supervisor, now: h(900) })
      .decided();
  });

  it('are out of the question before the report and for a cancelled case', () => {
    spec.given(measured).when(request(ON_SITE), late(-1)).thenRejected(outOfOrder);
    spec.given(measured, requested(ON_SITE), cancelled()).when(approve, supervisor).thenRejected('case.cancelled');
    spec.given(measured, cancelled()).when(request(ON_SITE)).thenRejected('case.cancelled');
  });
});
