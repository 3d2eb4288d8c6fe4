import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { isCaseFact } from './apply-batch';
import { boardRowOf } from './board-row';
import { evolveCaseFold, initialCaseFold } from './case-fold';

let script: CaseScript;
const hour = (hours: number): string => utc(START + hours * HOUR);
const row = async () =>
  boardRowOf('c1', (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold));

beforeEach(async () => {
  script = new CaseScript();
  await script.report('c1');
});

describe('the pause of a board row', () => {
  const pause = (reason: 'weather' | 'road' | 'waiting-part', from: number, until?: number) =>
    script.record(
      'c1',
      'CasePaused',
      { reason, ...(until === undefined ? {} : { until: hour(until) }) },
      { at: START + from * HOUR },
    );

  it('is the one that began first, with its own end', async () => {
    await pause('weather', 1);
    await pause('road', 2, 5);
    expect(await row()).toMatchObject({ pause_reason: 'weather', pause_until: null });
    await script.record('c1', 'CaseResumed', { reasons: ['weather'] }, { at: START + 3 * HOUR });
    expect(await row()).toMatchObject({ pause_reason: 'road', pause_until: hour(5) });
  });

  it('is due soon with the first of all that expire', async () => {
    await pause('weather', 1, 9);
    await pause('road', 2, 5);
    await pause('waiting-part', 3);
    const found = await row();
    expect(found).toMatchObject({ pause_reason: 'weather', pause_until: hour(9) });
    expect(found.soon).toContain(`[${hour(5)},infinity)`);
    expect(found.soon).not.toContain(`[${hour(9)},infinity)`);
  });

  it('began first, though it was recorded later', async () => {
    await pause('road', 5, 8);
    await script.record('c1', 'CasePaused', { reason: 'weather' }, { at: START + HOUR, recordedAt: START + 6 * HOUR });
    expect(await row()).toMatchObject({ pause_reason: 'weather', pause_until: null });
  });

  it('is none where the resumption happened after it, though it was recorded before', async () => {
    await script.record('c1', 'CaseResumed', { reasons: ['weather'] }, { at: START + 4 * HOUR });
    await script.record(
      'c1',
      'CasePaused',
      { reason: 'weather', until: hour(9) },
      { at: START + HOUR, recordedAt: START + 6 * HOUR },
    );
    const found = await row();
    expect(found).toMatchObject({ pause_reason: null, pause_until: null });
    expect(found.soon).not.toContain('infinity');
  });
});

describe('a clock that is due soon', () => {
  it('is so from the moment at which it counts again, where its step passed before', async () => {
    await script.record(
      'c1',
      'CustomerTimeRequested',
      { promise: 1, from: hour(200), to: hour(210) },
      { at: START + 60 * HOUR },
    );
    const found = await row();
    // Restoration has 12 of its 72 hours left when the customer's own time begins, past its 75 %.
    expect(found.soon).toContain(`[${hour(200)},${hour(212)}]`);
    expect(found.resumes_at).toBe(hour(200));
  });

  it('is so at the one instant at which a time was named that ends then, and never where it was over before', async () => {
    const named = (promise: number, to: number, at: number) =>
      script.record(
        'c1',
        'CustomerTimeRequested',
        { promise, from: hour(to - 1), to: hour(to) },
        { at: START + at * HOUR },
      );
    await named(1, 5, 5);
    expect((await row()).soon).toContain(`[${hour(5)},${hour(5)}]`);
    await named(2, 6, 7);
    expect((await row()).soon).not.toContain(`,${hour(6)}]`);
  });
});

describe('a case waits for parts', () => {
  const waits = async () => (await row()).waiting_parts;

  it('while a request is to come, or a pause says so, and not once it is closed', async () => {
    expect(await waits()).toBe(false);
    await script.record('c1', 'PartRequested', {
      partRequestId: 'c1.1',
      partNumber: 'belt-8',
      quantity: 2,
      promisedAt: hour(72),
      owners: ['own'],
      serialised: false,
    });
    expect(await waits()).toBe(true);
    const lines = [{ owner: 'own', quantity: 2 }];
    await script.record('c1', 'PartAllocated', { partRequestId: 'c1.1', depotId: 'wei', lines });
    await script.record('c1', 'PartShipped', { partRequestId: 'c1.1', depotId: 'wei', lines });
    await script.record('c1', 'PartReceived', { partRequestId: 'c1.1', quantity: 1 });
    expect(await waits()).toBe(true);
    await script.record('c1', 'PartReceived', { partRequestId: 'c1.1', quantity: 1 });
    expect(await waits()).toBe(false);
    await script.record('c1', 'CasePaused', { reason: 'waiting-part' });
    expect(await waits()).toBe(true);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    expect(await waits()).toBe(false);
  });
});
