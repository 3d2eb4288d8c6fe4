import { materialsDigest } from '@fieldcase/domain/events';
import type { Scope } from '@fieldcase/contracts';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { scopeOf } from '../specs/scopes';
import { CaseViews, type AsOf } from './case-views';

let script: CaseScript;
let views: CaseViews;
const agent = scopeOf('agent');
const english = { language: 'en', now: START + 2 * HOUR } as const;
const belt = { partNumber: 'B-1', quantity: 2, source: 'van' } as const;

beforeEach(async () => {
  script = new CaseScript();
  views = new CaseViews(script.store);
  await script.report('c1', { county: 'wei', specialDemands: 'call first' });
});
const pageFor = (scope: Scope) => views.page(scope, 'c1');

async function completedVisit(): Promise<void> {
  await script.dispatch('c1', 'v1', 'tom', { at: START + HOUR });
  await script.record('c1', 'AppointmentAgreed', {
    visitId: 'v1',
    from: utc(START + 2 * HOUR),
    to: utc(START + 3 * HOUR),
    requestedBy: 'us',
  });
  await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, { at: START + 2 * HOUR, actor: 'tom' });
  await script.record('c1', 'DiagnosisRecorded', { visitId: 'v1', faultCode: 'F7', cause: 'worn belt' });
  await script.record(
    'c1',
    'VisitCompleted',
    { visitId: 'v1', fixed: true, materials: [belt] },
    { at: START + 4 * HOUR },
  );
}

describe('the page of a case', () => {
  it('holds the report, the visit and what is left to do', async () => {
    await completedVisit();
    expect(await pageFor(agent)).toMatchObject({
      id: 'c1',
      number: 'N-c1',
      version: 6,
      position: '6',
      status: 'visit-done',
      siteName: 'Site c1',
      contact: { name: 'Li', phone: '13800001111' },
      county: 'wei',
      specialDemands: 'call first',
      reportedAt: '2026-11-23T09:00:00+08:00',
      visits: [
        {
          visitId: 'v1',
          technicianId: 'tom',
          state: 'completed',
          homeDepot: 'depot-of-tom',
          appointment: { from: '2026-11-23T11:00:00+08:00', moves: 0, requestedBy: 'us' },
          arrivedAt: '2026-11-23T11:00:00+08:00',
          completedAt: '2026-11-23T13:00:00+08:00',
          fixed: true,
          diagnoses: [{ faultCode: 'F7', cause: 'worn belt' }],
        },
      ],
      materials: [belt],
      materialsDigest: materialsDigest([belt]),
      signature: null,
      customerInformed: null,
      policy: { id: 'built-in', version: 1 },
    });
  });

  it('shows a signature as valid only for the materials that were signed, in this cycle', async () => {
    await completedVisit();
    const sign = () =>
      script.record('c1', 'CustomerSigned', { signerName: 'Li', materialsDigest: materialsDigest([belt]) });
    await sign();
    expect((await pageFor(agent))?.signature).toMatchObject({ signerName: 'Li', valid: true, hasImage: false });
    await script.record('c1', 'MaterialsAmended', { visitId: 'v1', materials: [], reason: 'not used' });
    expect((await pageFor(agent))?.signature).toMatchObject({ valid: false });
    await script.record('c1', 'MaterialsAmended', { visitId: 'v1', materials: [belt], reason: 'used' });
    expect((await pageFor(agent))?.signature).toMatchObject({ valid: false });
    await sign();
    expect((await pageFor(agent))?.signature).toMatchObject({ valid: true });
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await script.record('c1', 'CaseReopened', { reason: 'again' });
    const page = await pageFor(agent);
    expect(page?.signature).toMatchObject({ valid: false });
    expect(page?.closings).toMatchObject([{ resolution: 'repaired', by: 'ann', reopenReason: 'again' }]);
  });

  it("keeps pauses, notes, requests and the customer's time with their ends", async () => {
    const clockId = 'onSiteResponse:-:1';
    await script.record('c1', 'CasePaused', { reason: 'weather', until: utc(START + HOUR), note: 'flood' });
    await script.record('c1', 'CaseResumed', { reasons: ['weather'] }, { at: START + HOUR });
    await script.record('c1', 'NoteAdded', { kind: 'call', text: 'asked again' }, { actor: 'bob' });
    await script.record('c1', 'CustomerTimeRequested', { promise: 1, from: utc(START), to: utc(START + HOUR) });
    await script.record('c1', 'ExemptionRequested', { exemptionId: 'e1', target: clockId, reason: 'flood' });
    await script.record('c1', 'ExemptionApproved', { exemptionId: 'e1', target: clockId }, { actor: 'sue' });
    const voiding = { clockId, target: 'onSiteResponse', dueAt: utc(START + HOUR) } as const;
    await script.record('c1', 'VoidingRequested', { ...voiding, factType: 'TechnicianArrived', factRecordedBy: 'tom' });
    expect(await pageFor(agent)).toMatchObject({
      pauses: [{ reason: 'weather', note: 'flood', endedAt: '2026-11-23T10:00:00+08:00', endedBy: 'CaseResumed' }],
      notes: [{ kind: 'call', text: 'asked again', actor: 'bob' }],
      customerTime: { promise: 1, to: '2026-11-23T10:00:00+08:00' },
      exemptions: [{ exemptionId: 'e1', state: 'approved', requestedBy: 'ann', decidedBy: 'sue', reason: 'flood' }],
      voidings: [{ clockId, state: 'pending', recordedBy: 'tom' }],
    });
    const approval = { ...voiding, by: 'approval', note: 'seen on the photo' } as const;
    await script.record('c1', 'BreachVoided', approval, { actor: 'sue' });
    await script.record('c1', 'CustomerTimeWithdrawn', { promise: 1 });
    const page = await pageFor(agent);
    expect(page?.voidings).toMatchObject([{ state: 'approved', decidedBy: 'sue', note: 'seen on the photo' }]);
    expect((await pageFor(scopeOf('analyst')))?.voidings[0]).not.toHaveProperty('note');
    expect(page?.customerTime).toBeNull();
    // Clock facts are another stream: the version is the case's own.
    expect(page?.version).toBe(8);
  });
});

describe('what a caller may see of a case', () => {
  it('is nothing, the same as for a case that does not exist, outside his scope', async () => {
    expect(await views.page(agent, 'nowhere')).toBeNull();
    for (const scope of [scopeOf('agent', 'a', ['south']), scopeOf('technician', 'tom'), scopeOf('operator')]) {
      expect(await views.page(scope, 'c1')).toBeNull();
      expect(await views.timeline(scope, 'c1', english)).toBeNull();
      expect(await views.clocks(scope, 'c1', english)).toBeNull();
    }
  });

  it('is no personal word for analysts and regulators, in page and timeline', async () => {
    await completedVisit();
    for (const scope of [scopeOf('analyst'), scopeOf('regulator')]) {
      const all = JSON.stringify([await views.page(scope, 'c1'), await views.timeline(scope, 'c1', english)]);
      for (const word of ['Site c1', 'Li', '13800001111', 'Mill Road', 'call first', 'does not start', 'worn belt']) {
        expect(all).not.toContain(word);
      }
      expect(all).toContain('F7');
    }
  });

  it('is no contact for a technician once the case has ended', async () => {
    await completedVisit();
    const tom = scopeOf('technician', 'tom');
    expect(await pageFor(tom)).toMatchObject({ contact: { phone: '13800001111' }, address: '1 Mill Road' });
    const signed = {
      signerName: 'Aunt Wu',
      materialsDigest: materialsDigest([belt]),
      image: 'data:image/png;base64,AA',
    };
    await script.record('c1', 'CustomerSigned', signed);
    await script.record('c1', 'DuplicateAbsorbed', {
      caseId: 'c0',
      number: 'N-c0',
      contact: { name: 'Wu', phone: '13911112222' },
    });
    expect((await pageFor(tom))?.signature).toMatchObject({ signerName: 'Aunt Wu', hasImage: true });
    expect((await pageFor(tom))?.absorbed).toMatchObject([{ contact: { name: 'Wu' } }]);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    const page = await pageFor(tom);
    for (const field of ['contact', 'address', 'siteName', 'geo']) expect(page).not.toHaveProperty(field);
    for (const word of ['Wu', '13911112222', '"lat"', 'data:image', 'Aunt'])
      expect(JSON.stringify(page)).not.toContain(word);
    expect(page?.signature).toMatchObject({ hasImage: false });
    const timeline = JSON.stringify(await views.timeline(tom, 'c1', english));
    for (const word of ['Wu', '13911112222', 'Site c1', 'Mill Road']) expect(timeline).not.toContain(word);
    expect(page?.visits[0]?.diagnoses[0]?.cause).toBe('worn belt');
  });

  it('is no free text of others for a technician once the case has ended, but his own', async () => {
    await completedVisit();
    const tom = scopeOf('technician', 'tom');
    await script.record('c1', 'NoteAdded', { kind: 'call', text: 'Call: phone 13700007777' });
    await script.record('c1', 'NoteAdded', { kind: 'note', text: 'took the belt along' }, { actor: 'tom' });
    await script.record('c1', 'CustomerInformed', { channel: 'phone', result: 'told Aunt Qian' });
    const seen = async () => JSON.stringify([await pageFor(tom), await views.timeline(tom, 'c1', english)]);
    const others = ['13700007777', 'Aunt Qian', 'call first'];
    for (const word of others) expect(await seen()).toContain(word);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    for (const word of others) expect(await seen()).not.toContain(word);
    for (const word of ['took the belt along', 'does not start', 'worn belt']) expect(await seen()).toContain(word);
  });

  it('is decided by the case as it is now, also when the past is asked for', async () => {
    await script.record('c1', 'DetailsCorrected', { changes: { region: 'south' } }, { at: START + HOUR });
    const north = scopeOf('agent', 'a', ['north']);
    expect(await views.page(north, 'c1', { asOf: { position: 1n } })).toBeNull();
    const then = await views.page(scopeOf('agent', 'a', ['south']), 'c1', { asOf: { position: 1n } });
    expect(then?.region).toBe('north');
  });

  it('names no depot once the place was corrected to one that has none', async () => {
    await script.record('c1', 'DetailsCorrected', { changes: { county: 'wei', depotId: 'depot-wei' } });
    expect(await pageFor(agent)).toMatchObject({ county: 'wei', depotId: 'depot-wei' });
    await script.record('c1', 'DetailsCorrected', { changes: { region: 'north', depotId: null } });
    expect(await pageFor(agent)).not.toHaveProperty('depotId');
  });
});

describe('asOf', () => {
  it('answers as it was known, not as it had happened', async () => {
    await script.dispatch('c1', 'v1', 'tom', { at: START + HOUR });
    const late = { at: START + 23 * HOUR, recordedAt: START + 24.5 * HOUR };
    const unaware = { recordedAt: START + 24.25 * HOUR };
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, late);
    const known = await views.page(agent, 'c1', { asOf: unaware });
    expect(known).toMatchObject({ status: 'dispatched', version: 2, position: '2' });
    const clocks = await views.clocks(agent, 'c1', { asOf: unaware, ...english, now: START + 31 * HOUR });
    expect(clocks?.at).toBe('2026-11-24T09:15:00+08:00');
    expect(clocks?.items.find((clock) => clock.target === 'onSiteResponse')?.state).toBe('breached');
    const today = await views.clocks(agent, 'c1', { ...english, now: START + 31 * HOUR });
    expect(today?.items.find((clock) => clock.target === 'onSiteResponse')).toMatchObject({
      state: 'met',
      counted: 'PT23H',
    });
  });

  it('is null before the report', async () => {
    expect(await views.page(agent, 'c1', { asOf: { recordedAt: START - 1 } })).toBeNull();
    expect(await views.page(agent, 'c1', { asOf: { position: 0n } })).toBeNull();
  });

  it('of a moment or a position that is still to come answers what is known now', async () => {
    const clocksOf = async (asOf: AsOf) => {
      const informed = new CaseViews(script.store, async (position) => (position > 1n ? null : START));
      return informed.clocks(agent, 'c1', { asOf, ...english, now: START + HOUR });
    };
    const now = { at: '2026-11-23T10:00:00+08:00', items: [{ state: 'running' }, { state: 'running' }] };
    expect(await clocksOf({ recordedAt: START + 1_000 * HOUR })).toMatchObject(now);
    expect(await clocksOf({ position: 999n })).toMatchObject(now);
  });

  it('judges clocks at the event of the position, also where another case wrote it', async () => {
    const asOf = { position: 1n };
    expect((await views.clocks(agent, 'c1', { asOf, ...english }))?.at).toBe('2026-11-23T09:00:00+08:00');
    const informed = new CaseViews(script.store, async () => START + 5 * HOUR);
    const later = { asOf, ...english, now: START + 9 * HOUR };
    expect((await informed.clocks(agent, 'c1', later))?.at).toBe('2026-11-23T14:00:00+08:00');
  });
});

describe('timeline', () => {
  it('tells every event in order, late ones marked, clock facts among them', async () => {
    await script.dispatch('c1', 'v1', 'tom', { at: START + HOUR });
    const restore = { clockId: 'restore:-:1', target: 'restore', percent: 50, at: utc(START + 36 * HOUR) } as const;
    await script.record('c1', 'SlaWarningRaised', restore, { at: START + 36 * HOUR, actor: 'timers' });
    const late = { at: START + 2 * HOUR, recordedAt: START + 37 * HOUR, actor: 'tom' };
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, late);
    const timeline = await views.timeline(agent, 'c1', english);
    expect(timeline?.items.map(({ position, type, text, late: isLate }) => [position, type, text, isLate])).toEqual([
      ['1', 'FaultReported', 'Case N-c1 reported (fault): does not start', false],
      ['2', 'TechnicianDispatched', 'Technician tom dispatched', false],
      ['3', 'SlaWarningRaised', '50 % of the time for restoration is used up', false],
      ['4', 'TechnicianArrived', 'The technician arrived on site', true],
    ]);
    expect(timeline?.items[3]).toMatchObject({ actor: 'tom', occurredAt: '2026-11-23T11:00:00+08:00' });
    const chinese = await views.timeline(agent, 'c1', { language: 'zh-CN' });
    expect(chinese?.items[1]?.text).toBe('派工给技师 tom');
  });
});
