import { CaseScript } from '../specs/case-script';
import { scopeOf } from '../specs/scopes';
import { CaseViews } from './case-views';

describe('what a timeline says beside the events themselves', () => {
  let script: CaseScript;
  const textsOf = async (caseId: string, role: 'agent' | 'analyst' = 'agent'): Promise<string[]> => {
    const timeline = await new CaseViews(script.store).timeline(scopeOf(role), caseId, { language: 'en' });
    return (timeline?.items ?? []).map(({ text }) => text);
  };
  beforeEach(async () => {
    script = new CaseScript();
    await script.report('c1', { county: 'wei' });
  });

  it('a correction tells the old value, also one that a correction before it set', async () => {
    const correct = (changes: object) => script.record('c1', 'DetailsCorrected', { changes, reason: 'typo' });
    await correct({ county: 'hua', product: 'drill' });
    await correct({ county: 'han' });
    const [, first, second] = await textsOf('c1');
    expect(first).toBe('Details corrected (county wei → hua, product none → drill): typo');
    expect(second).toBe('Details corrected (county hua → han): typo');
  });

  it('nothing personal is told by it, to nobody', async () => {
    await script.record('c1', 'DetailsCorrected', {
      changes: {},
      personalChanges: { address: 'No 8' },
      reason: 'moved',
    });
    expect((await textsOf('c1'))[1]).toBe('Details corrected (address): moved');
    expect((await textsOf('c1', 'analyst')).join()).not.toContain('No 8');
  });

  it('a merge tells the number of the case that goes on, where there is such a case', async () => {
    await script.report('c2', {});
    await script.record('c2', 'CaseMerged', { into: 'c1' });
    expect((await textsOf('c2'))[1]).toBe('Merged into case N-c1 as a duplicate');
    await script.report('c3', {});
    await script.record('c3', 'CaseMerged', { into: 'gone' });
    expect((await textsOf('c3'))[1]).toBe('Merged into another case as a duplicate');
  });
});
