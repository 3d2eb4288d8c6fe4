import { Rejection } from '@fieldcase/eventsourcing';
import { withKnownNumber } from './known-numbers';

const window = { from: '2026-11-24T01:00:00.000Z', to: '2026-11-24T03:00:00.000Z' };
const doubleBooked = new Rejection('technician.double-booked', 'conflict', { visitId: 'v', caseId: 'c', ...window });
const merged = new Rejection('case.merged', 'conflict', { into: 'c' });
const away = async (): Promise<never> => {
  throw new Error('the database is away');
};

describe('the number of another case in a refusal', () => {
  it('is told to whoever may see that case', async () => {
    const number = async (): Promise<string> => '7KM-3RX-4';
    expect(await withKnownNumber(doubleBooked, number)).toMatchObject({
      params: { visitId: 'v', number: '7KM-3RX-4', ...window },
    });
    expect(await withKnownNumber(merged, number)).toMatchObject({ params: { into: 'c', intoNumber: '7KM-3RX-4' } });
  });

  it.each([
    ['hidden', async () => undefined],
    ['out of reach', away],
  ])('leaves the refusal standing where it is %s, without what only that case tells', async (_, number) => {
    const told = await withKnownNumber(doubleBooked, number);
    expect(told).toMatchObject({ code: 'technician.double-booked', kind: 'conflict', params: {} });
    expect((told as Rejection).params).toEqual({});
    expect(await withKnownNumber(merged, number)).toBe(merged);
  });

  it('is asked for by no other error', async () => {
    const other = new Error('other');
    expect(await withKnownNumber(other, away)).toBe(other);
  });
});
