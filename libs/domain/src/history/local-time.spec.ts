import { timeParser, TimeFormatError } from './local-time';

const parse = (text: string, time: { format: string; zone?: string; ambiguous?: 'earlier' | 'later' }) => {
  const parsed = timeParser({ column: 'at', zone: 'Europe/Rome', ...time })(text);
  return 'at' in parsed ? new Date(parsed.at).toISOString() : parsed.problem;
};
const local = { format: 'yyyy-MM-dd HH:mm:ss' };

describe('times of a file', () => {
  it.each([
    ['2012-10-09 14:50:17', '2012-10-09T12:50:17.000Z'],
    ['2012-12-09 14:50:17', '2012-12-09T13:50:17.000Z'],
    ['2013-03-31 01:59:59', '2013-03-31T00:59:59.000Z'],
    ['2013-03-31 03:00:00', '2013-03-31T01:00:00.000Z'],
    ['2013-10-27 01:59:59', '2013-10-26T23:59:59.000Z'],
    ['2013-10-27 03:00:00', '2013-10-27T02:00:00.000Z'],
  ])('reads %s in Rome as %s', (text, instant) => expect(parse(text, local)).toBe(instant));

  it('rejects an hour that does not exist', () => {
    expect(parse('2013-03-31 02:30:00', local)).toMatch(/^2013-03-31 02:30:00 does not exist in Europe\/Rome/);
  });

  it('rejects an hour that comes twice, unless the mapping says which', () => {
    const text = '2013-10-27 02:30:00';
    expect(parse(text, local)).toMatch(/comes twice in Europe\/Rome.*time\.ambiguous/);
    expect(parse(text, { ...local, ambiguous: 'earlier' })).toBe('2013-10-27T00:30:00.000Z');
    expect(parse(text, { ...local, ambiguous: 'later' })).toBe('2013-10-27T01:30:00.000Z');
  });

  it('knows zones that change by half an hour within an hour', () => {
    const zone = 'Australia/Lord_Howe';
    expect(parse('2024-04-07 01:20:00', { ...local, zone })).toBe('2024-04-06T14:20:00.000Z');
    expect(parse('2024-04-07 01:40:00', { ...local, zone })).toMatch(/comes twice/);
    expect(parse('2024-10-06 02:15:00', { ...local, zone })).toMatch(/does not exist/);
  });

  it.each([
    ['2024-02-29', 'yyyy-MM-dd', '2024-02-28T23:00:00.000Z'],
    ['3/7/2024 9:05 pm', 'M/d/yyyy h:mm a', '2024-03-07T20:05:00.000Z'],
    ['2024年3月7日 下午3:05', 'yyyy年M月d日 ah:mm', '2024-03-07T14:05:00.000Z'],
    ['2024/3/7 上午12:30', 'yyyy/M/d ah:mm', '2024-03-06T23:30:00.000Z'],
    ['2024/3/7 下午12:30', 'yyyy/M/d ah:mm', '2024-03-07T11:30:00.000Z'],
    ['3/7/2024 12:05 AM', 'M/d/yyyy h:mm a', '2024-03-06T23:05:00.000Z'],
    ['3/7/2024 12:05 pm', 'M/d/yyyy h:mm a', '2024-03-07T11:05:00.000Z'],
    ['3/7/2024 11:05 am', 'M/d/yyyy h:mm a', '2024-03-07T10:05:00.000Z'],
    ['07.03.2024 12:00', 'dd.MM.yyyy HH:mm', '2024-03-07T11:00:00.000Z'],
    ['2024-03-07T09:00:00.250', 'yyyy-MM-ddTHH:mm:ss.SSS', '2024-03-07T08:00:00.250Z'],
    ['2026-11-23T09:00:00+08:00', 'rfc3339', '2026-11-23T01:00:00.000Z'],
    ['45320', 'excel-serial', '2024-01-28T23:00:00.000Z'],
    ['45320.5', 'excel-serial', '2024-01-29T11:00:00.000Z'],
    ['1700000000', 'epoch-seconds', '2023-11-14T22:13:20.000Z'],
    ['1700000000123', 'epoch-millis', '2023-11-14T22:13:20.123Z'],
  ])('reads %s by %s', (text, format, instant) => expect(parse(text, { format })).toBe(instant));

  it.each([
    ['2023-02-29', 'yyyy-MM-dd'],
    ['2023-13-01', 'yyyy-MM-dd'],
    ['23-01-01', 'yyyy-MM-dd'],
    ['2023-01-01 25:00', 'yyyy-MM-dd HH:mm'],
    ['2023-01-01 13:00 pm', 'yyyy-MM-dd hh:mm a'],
    ['2023-01-01 00:30 am', 'yyyy-MM-dd hh:mm a'],
    ['2023-01-01T00:00:00', 'rfc3339'],
    ['2023-01-01T00:00:00+99:99', 'rfc3339'],
    ['2023-01-01T00:00:00+24:00', 'rfc3339'],
    ['2023-01-01T00:00:00-08:60', 'rfc3339'],
    ['2023-02-30T00:00:00Z', 'rfc3339'],
    ['n/a', 'excel-serial'],
    ['1', 'excel-serial'],
    ['', 'epoch-seconds'],
  ])('does not take %j for %s', (text, format) => expect(parse(text, { format })).toMatch(/^expected/));

  it('refuses a zone or a format that does not exist', () => {
    const make = (format: string, zone: string) => () => timeParser({ column: 'at', format, zone });
    expect(make('yyyy-MM-dd', 'Europe/Atlantis')).toThrow(TimeFormatError);
    expect(make('yyyy-MM-dd', 'Europe/Atlantis')).toThrow(/"Europe\/Atlantis" is not a known zone/);
    expect(make('YYYY-DD', 'UTC')).toThrow(/"YYYY" is not understood/);
    expect(make('HH:mm', 'UTC')).toThrow(/expected a year/);
  });
});
