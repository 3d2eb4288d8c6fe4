import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { caseRefusals, closingNeeds, referenceRefusals, slaPolicyRefusals } from '@fieldcase/domain';
import { needText, refusalText, refusalTexts } from './refusals';

const root = path.join(__dirname, '../../../..');

/** Sources of everything that can refuse, without specs. */
function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('spec'))
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8'));
}

describe('texts of refusals', () => {
  const thrown = ['libs/domain/src', 'libs/application/src', 'libs/read-models/src', 'apps/api/src']
    .flatMap(sources)
    .flatMap((text) => [...text.matchAll(/new (?:Rejection|HttpProblem)\(\s*(?:\d{3},\s*)?'([^']+)'/g)])
    .map((match) => match[1] ?? '')
    .filter((code) => code !== 'counter.full');

  it('finds the refusals of all parts', () => {
    expect(thrown).toEqual(
      expect.arrayContaining(['case.unknown', 'query.cursor-invalid', 'auth.token-missing', 'technician.unknown']),
    );
  });

  it.each([...new Set([...thrown, ...Object.keys({ ...caseRefusals, ...referenceRefusals, ...slaPolicyRefusals })])])(
    'has a sentence in both languages for %s',
    (code) => {
      expect(Object.keys(refusalTexts)).toContain(code);
      const [zh, en] = [refusalText(code, {}, 'zh-CN'), refusalText(code, {}, 'en')];
      expect(zh.title + zh.detail).toMatch(/[\u4e00-\u9fff]/);
      expect(en.title + en.detail).toMatch(/^[\x20-\x7e’–]+$/);
    },
  );

  it('fills in what the refusal says about itself, and a dash for what it does not say', () => {
    expect(refusalText('case.visit-open', { visitId: 'v-1' }, 'en').detail).toContain('Visit v-1 is open');
    expect(refusalText('case.visit-open', {}, 'en').detail).toContain('Visit – is open');
  });

  it.each(Object.values(closingNeeds))('says the need "%s" in Chinese', (need) => {
    expect(needText(need, 'zh-CN')).toMatch(/[\u4e00-\u9fff]/);
    expect(needText(need, 'en')).toBe(need);
  });

  it('says needs with instants in Chinese', () => {
    expect(needText('not before 2026-11-23T01:00:00.000Z (FaultReported)', 'zh-CN')).toBe(
      '不早于 2026-11-23T01:00:00.000Z（FaultReported）',
    );
  });
});
