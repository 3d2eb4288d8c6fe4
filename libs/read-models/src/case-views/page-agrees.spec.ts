/** The page of a case says the same of pauses, promises, tellings and requests as the board and as who decides. */
import fc from 'fast-check';
import { caseDecider, type CaseState } from '@fieldcase/domain';
import { rootOf } from '@fieldcase/eventsourcing';
import { isCaseFact } from '../fold/apply-batch';
import { boardRowOf } from '../fold/board-row';
import { evolveCaseFold, initialCaseFold } from '../fold/case-fold';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { IDS, randomHistory, written } from '../specs/random-history';
import { scopeOf } from '../specs/scopes';
import { CaseViews } from './case-views';

const agent = scopeOf('agent');
const pageOf = async (script: CaseScript, id = 'c1') => (await new CaseViews(script.store).page(agent, id))!;
const instant = (text: string): number => Date.parse(text);

async function agrees(script: CaseScript, id: string): Promise<void> {
  const facts = (await script.events()).filter((event) => rootOf(event.streamId) === id).filter(isCaseFact);
  const decided = facts.reduce<CaseState>(
    (state, fact) => caseDecider.evolve(state, fact as never),
    caseDecider.initialState,
  );
  const row = boardRowOf(id, facts.reduce(evolveCaseFold, initialCaseFold));
  const page = await pageOf(script, id);
  const open = page.pauses.filter((pause) => pause.endedAt === null);
  const seen = open.map(({ reason, from }) => `${reason} ${instant(from)}`);
  expect(seen.sort()).toEqual(decided.pauses.map(({ reason, from }) => `${reason} ${from}`).sort());
  expect(row.pause_reason).toBe(decided.pauses[0]?.reason ?? null);
  for (const pause of page.pauses) {
    expect(pause.endedBy === null).toBe(pause.endedAt === null);
    if (pause.endedAt !== null) expect(instant(pause.endedAt)).toBeGreaterThanOrEqual(instant(pause.from));
  }
  const promised = page.customerTime && [page.customerTime.promise, instant(page.customerTime.to)];
  expect(promised).toEqual(decided.promise && [decided.promise.number, decided.promise.to]);
  expect(page.customerInformed?.current ?? false).toBe(decided.informed);
  expect(row.inform_due && decided.informed).toBe(false);
  const waiting = decided.phase === 'merged' || decided.phase === 'cancelled' ? [] : decided.voidings;
  const shown = row.fold.approvals.filter(({ kind }) => kind === 'voiding').map((request) => request.id);
  expect(shown.sort()).toEqual(waiting.map(({ clockId }) => clockId).sort());
}

describe('the page of a case', () => {
  it('agrees with board and decider over any history', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory, async (history) => {
        const { script } = await written(history);
        for (const id of IDS) await agrees(script, id);
      }),
      { numRuns: 100 },
    );
  });

  it("shows the customer's time that was named last in business time, until somebody came after it", async () => {
    const script = new CaseScript();
    await script.report('c1');
    await script.dispatch('c1', 'v1', 'tom');
    const named = (promise: number, hours: number, late = 0) =>
      script.record(
        'c1',
        'CustomerTimeRequested',
        { promise, from: utc(START + 20 * HOUR), to: utc(START + 30 * HOUR) },
        { at: START + hours * HOUR, recordedAt: START + (hours + late) * HOUR },
      );
    await named(1, 5);
    await named(2, 3, 4);
    expect((await pageOf(script)).customerTime?.promise).toBe(1);
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, { at: START + 8 * HOUR });
    expect((await pageOf(script)).customerTime).toBeNull();
    await named(3, 7, 5);
    expect((await pageOf(script)).customerTime).toBeNull();
    await named(4, 13);
    await script.record('c1', 'CustomerTimeWithdrawn', { promise: 3 });
    expect((await pageOf(script)).customerTime?.promise).toBe(4);
    await agrees(script, 'c1');
  });

  it('names what ended a pause in business time', async () => {
    const script = new CaseScript();
    await script.report('c1');
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, { at: START + 2 * HOUR });
    const pause = { reason: 'weather' } as const;
    await script.record('c1', 'CasePaused', pause, { at: START + HOUR, recordedAt: START + 3 * HOUR });
    await script.record('c1', 'CasePaused', { reason: 'road' }, { at: START + 4 * HOUR });
    await script.record('c1', 'CaseClosed', { resolution: 'not-repaired' }, { at: START + 5 * HOUR });
    await script.record('c1', 'CasePaused', pause, { at: START + 6 * HOUR });
    await script.record('c1', 'CaseReopened', {}, { at: START + 7 * HOUR });
    await script.record('c1', 'CasePaused', { ...pause, until: utc(START + 9 * HOUR) }, { at: START + 8 * HOUR });
    const page = await pageOf(script);
    expect(page.pauses.map(({ from, endedAt, endedBy }) => [from, endedAt, endedBy].join(' '))).toEqual([
      '2026-11-23T10:00:00+08:00 2026-11-23T11:00:00+08:00 TechnicianArrived',
      '2026-11-23T13:00:00+08:00 2026-11-23T14:00:00+08:00 CaseClosed',
      '2026-11-23T15:00:00+08:00 2026-11-23T15:00:00+08:00 CaseClosed',
      '2026-11-23T17:00:00+08:00  ',
    ]);
    expect(page.pauses.at(-1)?.until).toBe('2026-11-23T18:00:00+08:00');
  });

  it('shows one open pause where it was ended and begun again at one instant', async () => {
    const script = new CaseScript();
    await script.report('c1');
    const at = { at: START + HOUR };
    await script.record('c1', 'CasePaused', { reason: 'weather', note: 'storm' }, at);
    await script.record('c1', 'CaseResumed', { reasons: ['weather'] }, at);
    await script.record('c1', 'CasePaused', { reason: 'weather', note: 'flood' }, at);
    expect((await pageOf(script)).pauses).toMatchObject([
      { note: 'storm', endedAt: '2026-11-23T10:00:00+08:00', endedBy: 'CaseResumed' },
      { note: 'flood', endedAt: null, endedBy: null },
    ]);
    await agrees(script, 'c1');
  });

  it('shows the latest telling, which counts where it happened after the completion', async () => {
    const script = new CaseScript();
    await script.report('c1');
    await script.dispatch('c1', 'v1', 'tom');
    const told = (channel: string, hours: number, late = 0) =>
      script.record(
        'c1',
        'CustomerInformed',
        { channel },
        { at: START + hours * HOUR, recordedAt: START + (hours + late) * HOUR },
      );
    const done = { visitId: 'v1', fixed: true, materials: [] };
    await told('phone', 4);
    await script.record('c1', 'VisitCompleted', done, { at: START + 3 * HOUR, recordedAt: START + 5 * HOUR });
    expect((await pageOf(script)).customerInformed).toMatchObject({ channel: 'phone', current: true });
    await told('visit', 4, 1);
    expect((await pageOf(script)).customerInformed).toMatchObject({ channel: 'visit', current: true });
    await told('phone', 4, 1);
    await told('post', 2, 6);
    expect((await pageOf(script)).customerInformed).toMatchObject({ channel: 'phone', current: true });
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await script.record('c1', 'CaseReopened', {});
    expect((await pageOf(script)).customerInformed).toMatchObject({ channel: 'phone', current: false });
    await told('visit', 9);
    expect((await pageOf(script)).customerInformed).toMatchObject({ channel: 'visit', current: true });
    expect((await pageOf(script)).customerInformed).not.toHaveProperty('told');
    await agrees(script, 'c1');
  });

  it.each([
    ['CaseCancelled', {}],
    ['CaseMerged', { into: 'c0' }],
  ] as const)('has nothing to approve after %s, also where a clock asks then', async (type, data) => {
    const script = new CaseScript();
    await script.report('c1');
    const asked = (clockId: string) =>
      script.record('c1', 'VoidingRequested', {
        clockId,
        target: 'onSiteResponse',
        dueAt: utc(START),
        factType: 'TechnicianArrived',
        factRecordedBy: 'tom',
      });
    await asked('onSiteResponse:-:1');
    await script.record('c1', type, data as { into: string });
    await asked('restore:-:1');
    await agrees(script, 'c1');
  });
});
