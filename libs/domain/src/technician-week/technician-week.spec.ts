import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import fc from 'fast-check';
import { isoWeek, technicianWeekDecider, weekStreams, type ReserveWindow } from './technician-week';

const spec = DeciderSpec.for(technicianWeekDecider);
const MONDAY = Date.UTC(2026, 10, 23);
const at = (hours: number) => MONDAY + hours * 3_600_000;
const iso = (hours: number) => new Date(at(hours)).toISOString();
const reserve = (visitId: string, from: number, to: number): ReserveWindow => ({
  type: 'ReserveWindow',
  visitId,
  caseId: `case-${visitId}`,
  from: at(from),
  to: at(to),
});
const reserved = (visitId: string, from: number, to: number) =>
  ({ type: 'WindowReserved', data: { visitId, caseId: `case-${visitId}`, from: iso(from), to: iso(to) } }) as const;

describe('a technician’s week', () => {
  it('takes windows that touch but do not overlap', () => {
    spec
      .given()
      .when(reserve('v1', 9, 11))
      .then(reserved('v1', 9, 11));
    spec
      .given(reserved('v1', 9, 11))
      .when(reserve('v2', 11, 12))
      .then(reserved('v2', 11, 12));
    spec
      .given(reserved('v1', 9, 11))
      .when(reserve('v2', 7, 9))
      .then(reserved('v2', 7, 9));
  });

  it('refuses every overlap, naming the visit in the way', () => {
    for (const [from, to] of [
      [8, 10],
      [10, 12],
      [9, 11],
      [9.5, 10.5],
      [8, 12],
    ] as const) {
      spec
        .given(reserved('v1', 9, 11))
        .when(reserve('v2', from, to))
        .thenRejected('technician.double-booked', {
          params: { visitId: 'v1', caseId: 'case-v1', from: iso(9), to: iso(11) },
        });
    }
  });

  it('moves a visit’s own window, and does nothing for the same', () => {
    const given = spec.given(reserved('v1', 9, 11));
    given.when(reserve('v1', 10, 12)).then(reserved('v1', 10, 12));
    given.when(reserve('v1', 9, 11)).then();
    spec
      .given(reserved('v1', 9, 11), reserved('v1', 13, 14))
      .when(reserve('v2', 9, 11))
      .then(reserved('v2', 9, 11));
  });

  it('is free again after a release, which does nothing for an unknown visit', () => {
    const released = { type: 'WindowReleased', data: { visitId: 'v1' } } as const;
    spec
      .given(reserved('v1', 9, 11))
      .when({ type: 'ReleaseWindow', visitId: 'v1' })
      .then(released);
    spec
      .given(reserved('v1', 9, 11), released)
      .when(reserve('v2', 9, 11))
      .then(reserved('v2', 9, 11));
    spec.given().when({ type: 'ReleaseWindow', visitId: 'v1' }).then();
  });
});

describe('ISO weeks', () => {
  it('begin on Monday, in UTC, and belong to the year of their Thursday', () => {
    expect(isoWeek(MONDAY)).toBe('2026-W48');
    expect(isoWeek(MONDAY - 1)).toBe('2026-W47');
    expect(isoWeek(Date.UTC(2026, 0, 1))).toBe('2026-W01');
    expect(isoWeek(Date.UTC(2025, 11, 29))).toBe('2026-W01');
    expect(isoWeek(Date.UTC(2027, 0, 3))).toBe('2026-W53');
    expect(isoWeek(Date.UTC(2027, 0, 4))).toBe('2027-W01');
    expect(isoWeek(Date.UTC(1969, 11, 28))).toBe('1969-W52');
    expect(isoWeek(Date.UTC(1969, 11, 29))).toBe('1970-W01');
  });

  it('of a half-open window are those that it touches', () => {
    expect(weekStreams('wang', at(9), at(11))).toEqual(['technician-week:wang:2026-W48']);
    expect(weekStreams('wang', at(160), at(168))).toEqual(['technician-week:wang:2026-W48']);
    expect(weekStreams('wang', at(160), at(168) + 1)).toEqual([
      'technician-week:wang:2026-W48',
      'technician-week:wang:2026-W49',
    ]);
  });

  it('are shared by any two windows that overlap', () => {
    const window = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 168 }));
    fc.assert(
      fc.property(window, window, ([a, lengthA], [b, lengthB]) => {
        fc.pre(a < b + lengthB && b < a + lengthA);
        const weeks = new Set(weekStreams('wang', at(a), at(a + lengthA)));
        expect(weekStreams('wang', at(b), at(b + lengthB)).some((week) => weeks.has(week))).toBe(true);
      }),
    );
  });
});
