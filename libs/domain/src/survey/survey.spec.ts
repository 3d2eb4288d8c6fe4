import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { RATING_WINDOW_MS, surveyDecider, surveyStream, type RatedCase, type SurveyCommand } from './survey';
import { isLowRating } from './survey.events';

const CLOSED = Date.UTC(2026, 10, 24, 9);
const HOUR = 3_600_000;
const spec = DeciderSpec.for(surveyDecider, { actor: 'ann', roles: ['agent'], now: CLOSED + HOUR });
const closed: RatedCase = { phase: 'closed', cycle: 1, closedAt: CLOSED, caseType: 'fault' };
const expiresAt = new Date(CLOSED + RATING_WINDOW_MS).toISOString();
const sent = { type: 'SurveySent', data: { cycle: 1, expiresAt } } as const;
const rate: Extract<SurveyCommand, { type: 'SubmitRating' }> = {
  type: 'SubmitRating',
  case: closed,
  kind: 'csat',
  score: 4,
  via: 'telephone',
  channel: 'phone',
};
const rated = (kind: 'csat' | 'nps' = 'csat', cycle = 1) =>
  ({ type: 'RatingSubmitted', data: { cycle, kind, score: 4, via: 'telephone', channel: 'phone' } }) as const;

describe('SendSurvey', () => {
  const send = { type: 'SendSurvey', case: closed, cycle: 1 } as const;

  it('is sent once per closing, and expires 14 days after it', () => {
    spec.given().when(send).then(sent);
    spec.given(sent).when(send).then();
    const again = { ...closed, cycle: 2 };
    spec
      .given(sent)
      .when({ ...send, case: again, cycle: 2 })
      .then({ type: 'SurveySent', data: { cycle: 2, expiresAt } });
  });

  it.each<[string, Partial<RatedCase>]>([
    ['was reopened', { phase: 'open', cycle: 2 }],
    ['was closed anew', { cycle: 2 }],
    ['is an enquiry', { caseType: 'enquiry' }],
    ['was closed too long ago', { closedAt: CLOSED - RATING_WINDOW_MS }],
  ])('is not sent where the case %s', (_, changes) => {
    spec
      .given()
      .when({ ...send, case: { ...closed, ...changes } })
      .then();
  });

  it('is not sent to who has answered by telephone', () => {
    spec.given(rated()).when(send).then();
  });
});

describe('SubmitRating', () => {
  it('is one per kind and closing, with or without a survey', () => {
    spec
      .given()
      .when({ ...rate, comment: 'good' })
      .then({
        type: 'RatingSubmitted',
        data: { cycle: 1, kind: 'csat', score: 4, via: 'telephone', channel: 'phone', comment: 'good' },
      });
    spec
      .given(sent, rated())
      .when(rate)
      .thenRejected('rating.already-given', { params: { kind: 'csat' } });
    spec
      .given(sent, rated())
      .when({ ...rate, kind: 'nps' })
      .then(rated('nps'));
    spec
      .given(sent, rated())
      .when({ ...rate, case: { ...closed, cycle: 2 } })
      .then(rated('csat', 2));
  });

  it.each([
    ['csat', 0],
    ['csat', 6],
    ['csat', 2.5],
    ['nps', -1],
    ['nps', 11],
    ['nps', 1e18],
  ] as const)('is refused for %s %p', (kind, score) => {
    spec
      .given()
      .when({ ...rate, kind, score })
      .thenRejected('rating.score', {
        errors: { score: kind === 'csat' ? 'a whole number from 1 to 5' : 'a whole number from 0 to 10' },
      });
  });

  it('takes the ends of its scale', () => {
    for (const [kind, score] of [
      ['csat', 1],
      ['csat', 5],
      ['nps', 0],
      ['nps', 10],
    ] as const) {
      expect(
        spec
          .given()
          .when({ ...rate, kind, score })
          .decided(),
      ).toHaveLength(1);
    }
  });

  it('is refused while the case is open, of an earlier closing, after 14 days, of an enquiry, and by a technician', () => {
    const of = (changes: Partial<RatedCase>) => spec.given(sent).when({ ...rate, case: { ...closed, ...changes } });
    of({ phase: 'open', cycle: 2 }).thenRejected('rating.case-not-closed');
    of({ phase: 'cancelled' }).thenRejected('rating.case-not-closed');
    spec
      .given(sent)
      .when({ ...rate, cycle: 1, case: { ...closed, cycle: 2 } })
      .thenRejected('rating.case-not-closed');
    of({ caseType: 'enquiry' }).thenRejected('rating.enquiry');
    const last = { now: CLOSED + RATING_WINDOW_MS };
    expect(spec.given(sent).when(rate, last).decided()).toHaveLength(1);
    spec
      .given(sent)
      .when(rate, { now: last.now + 1 })
      .thenRejected('rating.too-late', { params: { until: expiresAt } });
    spec
      .given(sent)
      .when(rate, { roles: ['agent', 'technician'] })
      .thenRejected('rating.by-technician');
  });

  it('is refused where it was told before the closing', () => {
    expect(spec.given().when(rate, { occurredAt: CLOSED }).decided()).toHaveLength(1);
    spec
      .given()
      .when(rate, { occurredAt: CLOSED - 1 })
      .thenRejected('occurred-at.out-of-order', { errors: { occurredAt: expect.stringContaining('(CaseClosed)') } });
  });
});

describe('a low rating', () => {
  it('is csat up to 2 and nps up to 6', () => {
    expect([1, 2, 3].map((score) => isLowRating({ kind: 'csat', score }))).toEqual([true, true, false]);
    expect([0, 6, 7].map((score) => isLowRating({ kind: 'nps', score }))).toEqual([true, true, false]);
    expect(surveyStream('c1')).toBe('survey:c1');
  });
});
