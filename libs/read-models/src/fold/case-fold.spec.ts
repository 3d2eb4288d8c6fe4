import { builtIn, CaseScript, HOUR, START, utc } from '../specs/case-script';
import { isCaseFact } from './apply-batch';
import {
  currentVisitOf,
  evolveCaseFold,
  initialCaseFold,
  openVisitOf,
  pausesOf,
  statusOf,
  techniciansOf,
  type CaseFold,
} from './case-fold';

let script: CaseScript;
const folded = async (): Promise<CaseFold> =>
  (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold);
const statusNow = async (): Promise<string> => statusOf(await folded());
const window = { from: utc(START + HOUR), to: utc(START + 2 * HOUR), requestedBy: 'us' } as const;

beforeEach(async () => {
  script = new CaseScript();
  await script.report('c1', { county: 'wei', depotId: 'depot-wei' });
});

describe('status of a case', () => {
  it('follows the visit step by step to its closing', async () => {
    expect(await statusNow()).toBe('reported');
    await script.record('c1', 'CaseTriaged', { faultCode: 'F1', priority: 'urgent', caseType: 'fault', sla: builtIn });
    expect(await statusNow()).toBe('triaged');
    await script.dispatch('c1', 'v1', 'tom');
    expect(await statusNow()).toBe('dispatched');
    await script.record('c1', 'DispatchAccepted', { visitId: 'v1' });
    expect(await statusNow()).toBe('accepted');
    await script.record('c1', 'AppointmentAgreed', { visitId: 'v1', ...window });
    expect(await statusNow()).toBe('appointed');
    await script.record('c1', 'TravelStarted', { visitId: 'v1' });
    expect(await statusNow()).toBe('travelling');
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' });
    expect(await statusNow()).toBe('on-site');
    await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: true, materials: [] });
    expect(await statusNow()).toBe('visit-done');
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    expect(await statusNow()).toBe('closed');
  });

  it('never steps back when a step is recorded late', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' });
    await script.record('c1', 'DispatchAccepted', { visitId: 'v1' });
    await script.record('c1', 'AppointmentMoved', { visitId: 'v1', ...window });
    expect(await statusNow()).toBe('on-site');
  });

  it('goes back to the report when a dispatch is declined, and to the last completed visit when there is one', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'DispatchDeclined', { visitId: 'v1' });
    expect(await statusNow()).toBe('reported');
    await script.dispatch('c1', 'v2', 'ute');
    await script.record('c1', 'VisitCompleted', { visitId: 'v2', fixed: false, materials: [] });
    await script.dispatch('c1', 'v3', 'tom');
    await script.record('c1', 'DispatchWithdrawn', { visitId: 'v3' });
    expect(await statusNow()).toBe('visit-done');
  });

  it('forgets the visits before a reopening', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: true, materials: [] });
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await script.record('c1', 'CaseReopened', {});
    expect(await statusNow()).toBe('reported');
    expect((await folded()).cycle).toBe(2);
  });

  it('counts help from afar as a visit that is done, without a technician', async () => {
    await script.record('c1', 'VisitCompleted', { visitId: 'r1', fixed: true, materials: [], remote: true });
    const fold = await folded();
    expect(statusOf(fold)).toBe('visit-done');
    expect(techniciansOf(fold)).toEqual([]);
    expect(currentVisitOf(fold)).toBeNull();
  });

  it.each([
    ['CaseCancelled', {}, 'cancelled'],
    ['CaseMerged', { into: 'c0' }, 'merged'],
  ] as const)('%s ends the case and its visit', async (type, data, status) => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', type, data as { into: string });
    const fold = await folded();
    expect(statusOf(fold)).toBe(status);
    expect(openVisitOf(fold)).toBeNull();
  });
});

describe('technicians of a case', () => {
  it('are those whose visit was neither declined nor withdrawn, handed-over ones with both', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'DispatchDeclined', { visitId: 'v1' });
    await script.dispatch('c1', 'v2', 'ute');
    await script.record('c1', 'VisitHandedOver', { visitId: 'v2', technicianId: 'max' });
    const fold = await folded();
    expect(techniciansOf(fold)).toEqual(['max', 'ute']);
    expect(openVisitOf(fold)?.technicianId).toBe('max');
  });
});

describe('pauses', () => {
  it('end one by one, by an arrival, or with the case', async () => {
    await script.record('c1', 'CasePaused', { reason: 'waiting-customer', until: utc(START + HOUR) });
    await script.record('c1', 'CasePaused', { reason: 'waiting-part' });
    await script.record('c1', 'CasePaused', { reason: 'weather' });
    await script.record('c1', 'CaseResumed', { reasons: ['weather'] });
    expect(pausesOf(await folded()).map((pause) => pause.reason)).toEqual(['waiting-customer', 'waiting-part']);
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' });
    expect(pausesOf(await folded()).map((pause) => pause.reason)).toEqual(['waiting-part']);
    await script.record('c1', 'CaseCancelled', {});
    expect(pausesOf(await folded())).toEqual([]);
  });

  it('recorded after an arrival that ended it never opens', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, { at: START + HOUR });
    await script.record(
      'c1',
      'CasePaused',
      { reason: 'weather' },
      { at: START + HOUR / 2, recordedAt: START + 2 * HOUR },
    );
    expect(pausesOf(await folded())).toEqual([]);
  });
});

describe('telling the customer', () => {
  it('is due from a completion until a later telling, however late it was recorded', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: true, materials: [] }, { at: START + HOUR });
    expect((await folded()).informDue).toBe(true);
    await script.record('c1', 'CustomerInformed', { channel: 'phone' }, { at: START + 3 * HOUR });
    expect((await folded()).informDue).toBe(false);
    await script.dispatch('c1', 'v2', 'tom', { at: START + HOUR });
    await script.record(
      'c1',
      'VisitCompleted',
      { visitId: 'v2', fixed: true, materials: [] },
      { at: START + 2 * HOUR },
    );
    expect((await folded()).informDue).toBe(false);
    await script.dispatch('c1', 'v3', 'tom');
    await script.record(
      'c1',
      'VisitCompleted',
      { visitId: 'v3', fixed: true, materials: [] },
      { at: START + 4 * HOUR },
    );
    expect((await folded()).informDue).toBe(true);
  });
});

describe('telling the customer at the very instant of a completion', () => {
  const done = { visitId: 'v1', fixed: true, materials: [] };
  it.each([
    ['is still due where it was recorded before it', ['CustomerInformed', 'VisitCompleted'], true],
    ['is done where it was recorded after it', ['VisitCompleted', 'CustomerInformed'], false],
  ] as const)('%s', async (_, order, due) => {
    await script.dispatch('c1', 'v1', 'tom');
    for (const type of order) {
      await script.record('c1', type, { ...done, channel: 'phone' }, { at: START + HOUR });
    }
    expect((await folded()).informDue).toBe(due);
  });
});

describe('a reopening', () => {
  it('begins without a telling that is due, and without one that was', async () => {
    const done = { visitId: 'v1', fixed: true, materials: [] };
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'VisitCompleted', done);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    expect((await folded()).informDue).toBe(true);
    await script.record('c1', 'CaseReopened', {});
    expect(await folded()).toMatchObject({ informDue: false, informedAt: null, cycle: 2 });
    await script.record('c1', 'CustomerInformed', { channel: 'phone' }, { at: START + 3 * HOUR });
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await script.record('c1', 'CaseReopened', {});
    await script.record('c1', 'VisitCompleted', done, { at: START + 2 * HOUR });
    expect((await folded()).informDue).toBe(true);
  });
});

describe('approvals', () => {
  const clockId = 'onSiteResponse:-:1';
  it('wait until they are decided or the case is final', async () => {
    await script.record('c1', 'ExemptionRequested', { exemptionId: 'e1', target: clockId, reason: 'flood' });
    await script.record('c1', 'VoidingRequested', {
      clockId,
      target: 'onSiteResponse',
      dueAt: utc(START),
      factType: 'TechnicianArrived',
      factRecordedBy: 'tom',
    });
    const waiting = (await folded()).approvals;
    expect(waiting.map(({ kind, id, requestedBy }) => [kind, id, requestedBy])).toEqual([
      ['exemption', 'e1', 'ann'],
      ['voiding', clockId, 'tom'],
    ]);
    expect(JSON.stringify(waiting)).not.toContain('flood');
    await script.record('c1', 'ExemptionRefused', { exemptionId: 'e1', target: clockId });
    expect((await folded()).approvals.map(({ kind }) => kind)).toEqual(['voiding']);
    await script.record('c1', 'CaseMerged', { into: 'c0' });
    expect((await folded()).approvals).toEqual([]);
  });
});

describe('the fold', () => {
  it('ignores an event delivered twice', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    const facts = (await script.events()).filter(isCaseFact);
    const once = facts.reduce(evolveCaseFold, initialCaseFold);
    expect(facts.reduce(evolveCaseFold, once)).toEqual(once);
  });

  it('takes corrections of what lists show', async () => {
    await script.record('c1', 'DetailsCorrected', { changes: { region: 'south', assetSerial: 'S-9' } });
    expect(await folded()).toMatchObject({ region: 'south', county: 'wei', serial: 'S-9', depotId: 'depot-wei' });
    await script.record('c1', 'DetailsCorrected', { changes: { region: 'tibet', depotId: null } });
    expect(await folded()).toMatchObject({ region: 'tibet', depotId: null });
  });
});
