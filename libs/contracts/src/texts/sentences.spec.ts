import { clockSentence, type SpokenClock } from './clocks';
import { timelineSentence } from './timeline';

describe('corrections in the timeline', () => {
  const at = (): string => 'then';
  const corrected = {
    changes: { county: 'lanshan', priority: 'urgent', followUpOf: '0192-id', depotId: null },
    personalChanges: { address: '8 号', contact: { name: '王' } },
    reason: '有误',
  };

  it('name the fields in the reader’s language, with old and new value where it is not personal', () => {
    const before = { county: 'hongqi', priority: 'normal', depotId: 'depot-hongqi', product: 'drill' };
    expect(timelineSentence('DetailsCorrected', 'zh-CN', { data: corrected, at, before })).toBe(
      '更正资料（县 hongqi → lanshan，优先级 普通 → 紧急，前一工单，服务网点 depot-hongqi → 无，地址，联系人）：有误',
    );
    expect(timelineSentence('DetailsCorrected', 'en', { data: corrected, at, before: { county: undefined } })).toBe(
      'Details corrected (county none → lanshan, priority → urgent, earlier case, depot → none, address, contact): 有误',
    );
  });

  it('never show a personal value', () => {
    const text = timelineSentence('DetailsCorrected', 'zh-CN', { data: corrected, at, before: { address: '7 号' } });
    expect(text).not.toMatch(/7 号|8 号|王/);
  });

  it('of nothing that is left to say have no brackets', () => {
    expect(timelineSentence('DetailsCorrected', 'en', { data: {}, at })).toBe('Details corrected');
  });
});

describe('a merge in the timeline', () => {
  it('names the survivor’s number where it is known', () => {
    const merged = (data: object) => timelineSentence('CaseMerged', 'en', { data: { ...data }, at: () => '' });
    expect(merged({ into: 'id', number: '7KM-3RX-4' })).toBe('Merged into case 7KM-3RX-4 as a duplicate');
    expect(merged({ into: 'id' })).toBe('Merged into another case as a duplicate');
  });
});

describe('the sentence of a clock', () => {
  const clock: SpokenClock = {
    target: 'onSiteResponse',
    state: 'breached',
    counted: '30 h',
    within: '24 h',
    gaps: [],
    moreGaps: null,
    due: 'MON',
    stopped: 'TUE',
    stoppedBy: 'CaseCancelled',
    claimed: null,
    distance: '6 h',
    early: false,
    policyChange: false,
    voided: null,
    contested: null,
    promised: null,
    exemption: null,
    breachedAt: 'MON',
  };

  it.each([
    [
      'onSiteResponse',
      'CaseCancelled',
      'due MON; it was 6 h overdue when the case was cancelled at TUE',
      '报修取消时已超时',
    ],
    ['appointment', 'CaseClosed', 'due MON; it was 6 h overdue when the case was closed at TUE', '结案时已超时'],
    ['restore', 'CaseClosed', 'due MON; the case was closed 6 h late, at TUE', '结案，迟了 6 h'],
    ['visitAfterNotice', 'TechnicianArrived', 'the technician arrived 6 h late', '技师到场，迟了 6 h'],
  ])('%s past due and ended by %s says what was late', (target, stoppedBy, english, chinese) => {
    expect(clockSentence({ ...clock, target, stoppedBy }, 'en')).toContain(english);
    expect(clockSentence({ ...clock, target, stoppedBy }, 'zh-CN')).toContain(chinese);
  });

  it.each([
    [null, '; the earlier time does not count.', '；以补录时间为准。'],
    [
      [{ type: 'TechnicianArrived', at: 'SUN' }],
      'a fact recorded late (the technician arrived at SUN) disputes the breach and a supervisor has to decide.',
      '补录事实（SUN技师到场）对超时提出异议，待主管裁定。',
    ],
    [
      [
        { type: 'TechnicianArrived', at: 'SUN' },
        { type: 'CaseClosed', at: 'MON' },
      ],
      'facts recorded late (the technician arrived at SUN; the case was closed at MON) dispute the breach and',
      '补录事实（SUN技师到场、MON结案）对超时提出异议',
    ],
  ])('a stop whose own time is not believed says both times (contested: %j)', (contested, english, chinese) => {
    const late = { ...clock, stoppedBy: 'TechnicianArrived', claimed: 'SUN', contested };
    const told = 'due MON; it was 6 h overdue when it was recorded, at TUE, that the technician arrived at SUN; ';
    expect(clockSentence(late, 'en')).toContain(told);
    expect(clockSentence(late, 'en')).toContain(english);
    expect(clockSentence(late, 'zh-CN')).toContain('应于MON前完成，TUE才补录“SUN技师到场”，此时已超时 6 h');
    expect(clockSentence(late, 'zh-CN')).toContain(chinese);
  });

  it('a promise that was replaced says by what', () => {
    const promise = { ...clock, target: 'customerPromise', state: 'replaced', within: null };
    expect(clockSentence(promise, 'en')).toContain("because a newer time of the customer's took its place");
    expect(clockSentence(promise, 'zh-CN')).toContain('由客户改约的新时间取代');
    expect(clockSentence({ ...promise, target: 'appointment' }, 'zh-CN')).toContain('由客户约定时间取代');
  });

  it('the visit’s clock is called by what starts it: the dispatch', () => {
    expect(clockSentence({ ...clock, target: 'visitAfterNotice' }, 'zh-CN')).toMatch(/^派工后上门时限/);
  });
});
