import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  adjustmentRefusals,
  caseRefusals,
  closingNeeds,
  referenceRefusals,
  slaPolicyRefusals,
  stockRefusals,
  surveyRefusals,
  transferRefusals,
} from '@fieldcase/domain';
import { casePersonalFields, clockPersonalFields, surveyPersonalFields } from '@fieldcase/domain/events';
import { eventName } from './event-names';
import { expectationText } from './refusals-fields';
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

  const decided = {
    ...caseRefusals,
    ...stockRefusals,
    ...transferRefusals,
    ...adjustmentRefusals,
    ...surveyRefusals,
    ...referenceRefusals,
    ...slaPolicyRefusals,
  };

  it.each([...new Set([...thrown, ...Object.keys(decided)])])('has a sentence in both languages for %s', (code) => {
    expect(Object.keys(refusalTexts)).toContain(code);
    const [zh, en] = [refusalText(code, {}, 'zh-CN'), refusalText(code, {}, 'en')];
    expect(zh.title + zh.detail).toMatch(/[\u4e00-\u9fff]/);
    expect(en.title + en.detail).toMatch(/^[\x20-\x7e’–]+$/);
  });

  it('fills in what the refusal says about itself, and a dash for what it does not say', () => {
    const open = (params: object, language: 'en' | 'zh-CN'): string =>
      refusalText('case.visit-open', { ...params }, language).detail;
    expect(open({ technicianId: 'li' }, 'en')).toContain('The visit of technician li is open');
    expect(open({}, 'en')).toContain('The visit of technician – is open');
    expect(open({ technicianId: 'li' }, 'zh-CN')).toContain('技师 li 在本工单的上门尚未结束');
  });

  it('leaves out what stands in brackets where it is not known, and no bracket is ever seen', () => {
    const merged = (params: object): string => refusalText('case.merged', { ...params }, 'en').detail;
    expect(merged({ into: 'id-1' })).toBe('The case was merged into id-1: work on that one.');
    expect(merged({ into: 'id-1', intoNumber: '7KM-3RX-4' })).toContain('merged into case 7KM-3RX-4, id id-1:');
    for (const code of Object.keys(refusalTexts)) {
      for (const language of ['en', 'zh-CN'] as const)
        expect(refusalText(code, {}, language).detail).not.toMatch(/[[\]]/);
    }
  });

  it('tells instants as people here read them, so that what it asks for is accepted', () => {
    const params = { notBefore: '2026-11-24T22:40:35.656Z', predecessor: 'TechnicianDispatched' };
    const late = (language: 'en' | 'zh-CN'): string => refusalText('occurred-at.out-of-order', params, language).detail;
    expect(late('zh-CN')).toBe('occurredAt 不能早于 2026年11月25日06:40:36（派工）。');
    expect(late('en')).toBe('occurredAt lies before 2026-11-25 06:40:36 (the dispatch).');
    const bounds = { earliest: '2026-11-24T16:00:00.001Z', latest: '2026-11-25T15:59:59.999Z' };
    expect(refusalText('occurred-at.out-of-bounds', bounds, 'en').detail).toBe(
      'occurredAt must lie between 2026-11-25 00:00:01 and 2026-11-25 23:59:59.',
    );
    expect(expectationText(['between', bounds.earliest, bounds.latest], 'zh-CN')).toBe(
      '应在 2026年11月25日00:00:01 与 2026年11月25日23:59:59 之间',
    );
  });

  it.each(Object.values(closingNeeds))('says the need "%s" in Chinese', (need) => {
    expect(needText(need, 'zh-CN')).toMatch(/[\u4e00-\u9fff]/);
    expect(needText(need, 'en')).toBe(need);
  });

  it.each([
    ['not before 2026-11-23T01:00:00.000Z (FaultReported)', 'not before 2026-11-23 09:00 (the report)'],
    ['after 2026-11-23T01:00:30.400Z', 'after 2026-11-23 09:00:30'],
    [
      'between 2026-11-23T01:00:00.400Z and 2026-11-23T02:00:00.400Z',
      'between 2026-11-23 09:00:01 and 2026-11-23 10:00',
    ],
  ])('says the instant in "%s" as people here read it', (need, english) => {
    expect(needText(need, 'en')).toBe(english);
    expect(needText(need, 'zh-CN')).toMatch(/2026年11月23日09:00/);
    expect(needText(need, 'zh-CN')).not.toMatch(/[A-Z]/);
  });
});

describe('names of events', () => {
  it.each(Object.keys({ ...casePersonalFields, ...clockPersonalFields, ...surveyPersonalFields }))(
    '%s has one in both languages',
    (type) => {
      expect(eventName(type, 'zh-CN')).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(eventName(type, 'en')).toMatch(/^the [a-z’ ]+$/);
    },
  );

  it('of what is no event of ours is its type', () => {
    expect(eventName('constructor', 'en')).toBe('constructor');
  });
});
