import { Rejection } from '@fieldcase/eventsourcing';
import { dayOf, durationText, instantText, spanOf, spokenDuration, spokenInstant } from './formatting';

const nine = Date.UTC(2026, 10, 23, 1);

describe('formatting', () => {
  it('writes instants with the offset of the zone at that instant', () => {
    expect(instantText(nine)).toBe('2026-11-23T09:00:00+08:00');
    expect(instantText(nine + 5)).toBe('2026-11-23T09:00:00.005+08:00');
    expect(instantText(Date.UTC(2026, 6, 1), 'Europe/Rome')).toBe('2026-07-01T02:00:00+02:00');
    expect(instantText(Date.UTC(2026, 0, 1), 'Europe/Rome')).toBe('2026-01-01T01:00:00+01:00');
    expect(instantText(Date.UTC(2026, 0, 1), 'America/St_Johns')).toBe('2025-12-31T20:30:00-03:30');
    expect(instantText(Date.UTC(2010, 0, 13, 7, 40, 22), 'UTC')).toBe('2010-01-13T07:40:22+00:00');
  });

  it.each([
    [24 * 3_600_000, 'PT24H'],
    [94_200_000, 'PT26H10M'],
    [-7_800_000, '-PT2H10M'],
    [0, 'PT0S'],
    [61_500, 'PT1M1.5S'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('speaks durations to the minute, and seconds only below one', () => {
    expect(spokenDuration(94_200_000, 'en')).toBe('26 h 10 min');
    expect(spokenDuration(94_230_000, 'zh-CN')).toBe('26 小时 10 分钟');
    expect(spokenDuration(-3_600_000, 'en')).toBe('1 h');
    expect(spokenDuration(42_000, 'en')).toBe('42 s');
  });

  it('speaks an instant without its date beside another of the same day', () => {
    expect(spokenInstant(nine, 'en', 'Asia/Shanghai')).toBe('2026-11-23 09:00');
    expect(spokenInstant(nine, 'zh-CN', 'Asia/Shanghai')).toBe('2026年11月23日09:00');
    expect(spokenInstant(nine + 3_600_000, 'en', 'Asia/Shanghai', nine)).toBe('10:00');
    expect(spokenInstant(nine + 86_400_000, 'en', 'Asia/Shanghai', nine)).toBe('2026-11-24 09:00');
  });

  it('reads days and months as whole spans of the business zone', () => {
    expect(spanOf('2026-11-23', 'from')).toEqual({ from: Date.UTC(2026, 10, 22, 16), to: Date.UTC(2026, 10, 23, 16) });
    expect(spanOf('2026-12', 'to')).toEqual({ from: Date.UTC(2026, 10, 30, 16), to: Date.UTC(2026, 11, 31, 16) });
    expect(spanOf('2026-11-23T09:00:00+08:00', 'from')).toEqual({ from: nine, to: nine });
    expect(dayOf(Date.UTC(2026, 10, 22, 16))).toBe('2026-11-23');
  });

  it.each(['2026-02-30', '2026-13', 'yesterday', '', '2026-11-23T99:00:00Z'])(
    'refuses %s, naming the field',
    (text) => {
      expect(() => spanOf(text, 'from')).toThrow(Rejection);
      try {
        spanOf(text, 'from');
      } catch (error) {
        expect((error as Rejection).errors).toHaveProperty('from');
      }
    },
  );
});
