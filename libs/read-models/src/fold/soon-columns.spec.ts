import { soonColumns } from './soon-columns';

const HOUR = 3_600_000;
const hour = (hours: number): string => new Date(hours * HOUR).toISOString();
const span = (from: number, to: number) => ({ from: from * HOUR, to: to * HOUR });

it('holds all spans, and of those after the first due instant the first, and when the next begins', () => {
  expect(soonColumns([span(30, 40), span(1, 4), span(10, 20)], 4 * HOUR)).toEqual({
    soon: `{[${hour(30)},${hour(40)}],[${hour(1)},${hour(4)}],[${hour(10)},${hour(20)}]}`,
    soon_again_from: hour(10),
    soon_again_to: hour(20),
    soon_later_from: hour(30),
  });
});

it('takes spans that overlap for one', () => {
  expect(soonColumns([span(1, 4), span(3, 8), span(8, 9), span(5, 6)], 4 * HOUR)).toMatchObject({
    soon_again_from: hour(1),
    soon_again_to: hour(9),
    soon_later_from: 'infinity',
  });
});

it('has no end where a pause has expired', () => {
  expect(soonColumns([span(1, 4), span(6, Infinity)], 4 * HOUR)).toEqual({
    soon: `{[${hour(1)},${hour(4)}],[${hour(6)},infinity)}`,
    soon_again_from: hour(6),
    soon_again_to: 'infinity',
    soon_later_from: 'infinity',
  });
});

it('is never again where nothing comes after', () => {
  const never = { soon_again_from: 'infinity', soon_again_to: '-infinity', soon_later_from: 'infinity' };
  expect(soonColumns([span(1, 4)], 4 * HOUR)).toMatchObject(never);
  expect(soonColumns([], Infinity)).toEqual({ soon: '{}', ...never });
});
