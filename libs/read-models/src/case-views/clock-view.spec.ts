import type { Clock } from '@fieldcase/domain/sla';
import { clockViewOf } from './clock-view';
import { HOUR, MINUTE, START } from '../specs/case-script';

const DUE = START + 24 * HOUR;
const fact = { position: '1', type: 'FaultReported' };

function clock(changes: Partial<Clock>): Clock {
  return {
    clockId: 'onSiteResponse:-:1',
    target: 'onSiteResponse',
    subject: null,
    cycle: 1,
    state: 'running',
    startedAt: START,
    dueAt: DUE,
    stoppedAt: null,
    within: 24 * HOUR,
    counted: 2 * HOUR,
    remaining: 22 * HOUR,
    policy: { id: 'built-in', version: 1 },
    steps: [{ percent: 75, at: START + 18 * HOUR, raisedAt: null }],
    intervals: [{ from: START, to: null, counted: true, reason: 'counting', event: fact }],
    breach: null,
    exemption: null,
    early: false,
    stoppedBy: null,
    startedBy: fact,
    ...changes,
  };
}
const arrivedAt = (at: number): Partial<Clock> => ({
  stoppedAt: at,
  counted: at - START,
  stoppedBy: { position: '9', type: 'TechnicianArrived' },
});
const breach = { at: DUE, recordedAt: DUE, cause: 'elapsed' } as const;
const paused = (from: number, to: number | null) =>
  ({ from, to, counted: false, reason: 'waiting-customer', event: { position: '2', type: 'CasePaused' } }) as const;

const promised = { from: DUE, to: DUE + 3 * HOUR };
const late = { position: '8', type: 'TechnicianArrived', at: START + 20 * HOUR, recordedBy: 'tom' };

const sentences: [string, Partial<Clock>, number, string, string][] = [
  [
    'running',
    {},
    START + 2 * HOUR,
    'On-site response: counted 2 h of 24 h; it is running, due 2026-11-24 09:00, 22 h left.',
    '到场时限：已计 2 小时，时限 24 小时；正在计时，应于2026年11月24日09:00前完成，还剩 22 小时。',
  ],
  [
    'running, after times of the customer that followed each other',
    {
      intervals: [
        { ...paused(START, START + HOUR), reason: 'customer-time' },
        { ...paused(START + HOUR, START + 2 * HOUR), reason: 'customer-time' },
        paused(START + 2 * HOUR, START + 3 * HOUR),
      ],
    },
    START + 5 * HOUR,
    "On-site response: counted 2 h of 24 h: from 2026-11-23 09:00 to 11:00 the customer's own time stood and from 2026-11-23 11:00 to 12:00 it waited for the customer, and that did not count; it is running, due 2026-11-24 09:00, 19 h left.",
    '到场时限：已计 2 小时，时限 24 小时；2026年11月23日09:00至11:00客户另有约定时间，2026年11月23日11:00至12:00等待客户，不计时；正在计时，应于2026年11月24日09:00前完成，还剩 19 小时。',
  ],
  [
    'breached, stopped late, after a pause',
    {
      ...arrivedAt(DUE + 5 * HOUR + 10 * MINUTE),
      state: 'breached',
      counted: 26 * HOUR + 10 * MINUTE,
      dueAt: DUE + 3 * HOUR,
      breach,
      intervals: [paused(START, START + 3 * HOUR)],
    },
    START + 40 * HOUR,
    'On-site response: counted 26 h 10 min of 24 h: from 2026-11-23 09:00 to 12:00 it waited for the customer, and that did not count; due 2026-11-24 12:00; the technician arrived 2 h 10 min late, at 2026-11-24 14:10.',
    '到场时限：已计 26 小时 10 分钟，时限 24 小时；2026年11月23日09:00至12:00等待客户，不计时；应于2026年11月24日12:00前完成，2026年11月24日14:10技师到场，迟了 2 小时 10 分钟。',
  ],
  [
    'breached and still awaited, disputed',
    {
      state: 'breached',
      breach: { ...breach, pendingVoiding: true, contestedBy: [late] },
      counted: 25 * HOUR,
      remaining: -HOUR,
    },
    DUE + HOUR,
    'On-site response: counted 25 h of 24 h; due 2026-11-24 09:00; no technician has arrived yet, 1 h overdue; a fact recorded late (the technician arrived at 2026-11-24 05:00) disputes the breach and a supervisor has to decide.',
    '到场时限：已计 25 小时，时限 24 小时；应于2026年11月24日09:00前完成，技师尚未到场，已超时 1 小时；补录事实（2026年11月24日05:00技师到场）对超时提出异议，待主管裁定。',
  ],
  [
    'met',
    { ...arrivedAt(START + 20 * HOUR), state: 'met' },
    START + 30 * HOUR,
    'On-site response: counted 20 h of 24 h; due 2026-11-24 09:00; the technician arrived at 2026-11-24 05:00, 4 h before it was due, so it was met.',
    '到场时限：已计 20 小时，时限 24 小时；应于2026年11月24日09:00前完成，2026年11月24日05:00技师到场，提前 4 小时，已达成。',
  ],
  [
    'met at the last moment',
    { ...arrivedAt(DUE), state: 'met' },
    START + 30 * HOUR,
    'On-site response: counted 24 h of 24 h; due 2026-11-24 09:00; the technician arrived at 2026-11-24 09:00, exactly then, so it was met.',
    '到场时限：已计 24 小时，时限 24 小时；应于2026年11月24日09:00前完成，2026年11月24日09:00技师到场，恰好按时，已达成。',
  ],
  [
    'a promise met early',
    { ...arrivedAt(START + HOUR), state: 'met', early: true, target: 'customerPromise', counted: HOUR, promised },
    START + 2 * HOUR,
    "The customer's own time (2026-11-24 09:00 to 12:00): counted 1 h; the technician arrived at 2026-11-23 10:00, before the time that the customer named began, so it was met early.",
    '客户约定时间（2026年11月24日09:00至12:00）：已计 1 小时；2026年11月23日10:00技师到场，早于客户约定的时间，提前达成。',
  ],
  [
    'paused, an exemption asked for',
    {
      state: 'paused',
      dueAt: null,
      intervals: [paused(START + HOUR, null)],
      exemption: { exemptionId: 'e', state: 'pending' },
    },
    START + 5 * HOUR,
    'On-site response: counted 2 h of 24 h: from 2026-11-23 10:00 on it waited for the customer, and that did not count; it is paused now, with 22 h left when it goes on; an exemption has been requested and not yet decided.',
    '到场时限：已计 2 小时，时限 24 小时；2026年11月23日10:00起等待客户，不计时；目前暂停，恢复后还剩 22 小时；豁免申请待批。',
  ],
  [
    'suspended',
    { state: 'suspended', dueAt: null },
    START + 5 * HOUR,
    "On-site response: counted 2 h of 24 h; it is suspended while the customer's own time stands, with 22 h left if it goes on.",
    '到场时限：已计 2 小时，时限 24 小时；客户约定时间有效期间中止计时，恢复后还剩 22 小时。',
  ],
  [
    'exempted before due',
    { state: 'exempted', exemption: { exemptionId: 'e', state: 'approved' } },
    START + 5 * HOUR,
    'On-site response: counted 2 h of 24 h; a supervisor exempted it before it was due.',
    '到场时限：已计 2 小时，时限 24 小时；到期前主管已批准豁免。',
  ],
  [
    'exempted after a breach',
    { state: 'exempted', breach },
    START + 30 * HOUR,
    'On-site response: counted 2 h of 24 h; it was breached at 2026-11-24 09:00, and a supervisor exempted it afterwards.',
    '到场时限：已计 2 小时，时限 24 小时；2026年11月24日09:00超时，事后主管批准豁免。',
  ],
  [
    'replaced',
    { ...arrivedAt(START + 2 * HOUR), state: 'replaced' },
    START + 5 * HOUR,
    "On-site response: counted 2 h of 24 h; it ended without a result at 2026-11-23 11:00 because the customer's own time took its place.",
    '到场时限：已计 2 小时，时限 24 小时；2026年11月23日11:00由客户约定时间取代，不再考核。',
  ],
  [
    'cancelled',
    { state: 'cancelled', stoppedAt: START + 2 * HOUR, stoppedBy: { position: '4', type: 'CaseClosed' } },
    START + 5 * HOUR,
    'On-site response: counted 2 h of 24 h; it ended without a result at 2026-11-23 11:00, not past due, because the case was closed.',
    '到场时限：已计 2 小时，时限 24 小时；2026年11月23日11:00因结案而终止，当时未到期。',
  ],
  [
    'voided',
    { state: 'voided' },
    START + 5 * HOUR,
    'On-site response: counted 2 h of 24 h; it is void because the case was merged into another.',
    '到场时限：已计 2 小时，时限 24 小时；因并入另一单而作废。',
  ],
  [
    'met after its breach was voided',
    {
      ...arrivedAt(START + 23 * HOUR),
      state: 'met',
      breach: { ...breach, voided: { by: 'late-fact', recordedAt: DUE + HOUR } },
    },
    START + 30 * HOUR,
    'On-site response: counted 23 h of 24 h; due 2026-11-24 09:00; the technician arrived at 2026-11-24 08:00, 1 h before it was due, so it was met; the breach published for 2026-11-24 09:00 was voided by a fact recorded late.',
    '到场时限：已计 23 小时，时限 24 小时；应于2026年11月24日09:00前完成，2026年11月24日08:00技师到场，提前 1 小时，已达成；原定2026年11月24日09:00的超时因补录事实撤销。',
  ],
];

describe('the explanation of a clock', () => {
  it.each(sentences)('%s', (_name, changes, at, english, chinese) => {
    expect(clockViewOf(clock(changes), at, 'Asia/Shanghai', 'en').why).toBe(english);
    expect(clockViewOf(clock(changes), at, 'Asia/Shanghai', 'zh-CN').why).toBe(chinese);
  });

  it('sums up what would be too long to read aloud', () => {
    const intervals = [0, 2, 4, 6, 8].map((hour) => paused(START + hour * HOUR, START + (hour + 1) * HOUR));
    const { why } = clockViewOf(clock({ intervals }), START + 10 * HOUR, 'Asia/Shanghai', 'en');
    expect(why).toContain(' and 2 more times, 5 h in all, and that did not count');
  });

  it('never leaves a hole, a stray word or a second sentence', () => {
    for (const [, changes, at] of sentences) {
      for (const language of ['en', 'zh-CN'] as const) {
        const { why } = clockViewOf(clock(changes), at, 'Asia/Shanghai', language);
        expect(why).not.toMatch(/null|undefined|NaN|; ;|；；/);
        expect(why.match(/[.。]/g)).toHaveLength(1);
      }
    }
  });
});

describe('a clock as callers read it', () => {
  it('has ISO durations and instants in the zone of the policy', () => {
    const overdue = clock({ state: 'breached', breach, counted: 26 * HOUR, remaining: -2 * HOUR });
    expect(clockViewOf(overdue, DUE + 2 * HOUR, 'Asia/Shanghai', 'en')).toMatchObject({
      startedAt: '2026-11-23T09:00:00+08:00',
      dueAt: '2026-11-24T09:00:00+08:00',
      stoppedAt: null,
      within: 'PT24H',
      counted: 'PT26H',
      remaining: '-PT2H',
      steps: [{ percent: 75, at: '2026-11-24T03:00:00+08:00', raisedAt: null }],
      intervals: [{ from: '2026-11-23T09:00:00+08:00', to: null, counted: true, event: fact }],
      breach: { at: '2026-11-24T09:00:00+08:00', recordedAt: '2026-11-24T09:00:00+08:00', cause: 'elapsed' },
    });
    expect(clockViewOf(overdue, DUE, 'Asia/Shanghai', 'en')).not.toHaveProperty('exemption');
  });
});
