import { casePersonalFields, clockPersonalFields, surveyPersonalFields } from '@fieldcase/domain/events';
import { timelineSentence, timelineTexts } from '@fieldcase/contracts';

const types = Object.keys({ ...casePersonalFields, ...clockPersonalFields, ...surveyPersonalFields });
const bare = { data: {}, at: (): string => 'then' };

describe('timeline texts', () => {
  it('exist for every event type and no other', () => {
    expect(Object.keys(timelineTexts).sort()).toEqual([...types].sort());
  });

  it.each(types)('%s speaks both languages, also when nothing personal is left', (type) => {
    const english = timelineSentence(type, 'en', bare);
    const chinese = timelineSentence(type, 'zh-CN', bare);
    expect(english).toMatch(/[A-Za-z]/);
    expect(english).not.toMatch(/[一-鿿]/);
    expect(chinese).toMatch(/[一-鿿]/);
    for (const text of [english, chinese]) expect(text).not.toMatch(/undefined|null|\[object/);
  });

  it('has words for what the codes mean', () => {
    const facts = { data: { target: 'restore', percent: 75, at: '' }, at: (): string => '' };
    expect(timelineSentence('SlaWarningRaised', 'en', facts)).toBe('75 % of the time for restoration is used up');
    expect(timelineSentence('SlaWarningRaised', 'zh-CN', facts)).toBe('修复时限已用去 75%');
    const paused = { data: { reason: 'weather', until: 'x', note: 'flood' }, at: (): string => 'noon' };
    expect(timelineSentence('CasePaused', 'en', paused)).toBe('Paused (weather) until noon: flood');
    expect(timelineSentence('CasePaused', 'zh-CN', paused)).toBe('暂停（天气），预计至noon：flood');
  });
});
