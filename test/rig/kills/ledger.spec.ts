import { ledgerLine, medianAndMost } from './ledger';

const recoveries = new Map([
  ['api', [3_000, 1_000, 2_000]],
  ['database', [900]],
] as const);

it('says median and most, and nothing where nothing was measured', () => {
  expect(medianAndMost({ recoveries }, 'api')).toBe('2.0 / 3.0');
  expect(medianAndMost({ recoveries }, 'worker')).toBe('– / –');
});

it('is one line of the table', () => {
  const done = {
    kills: { api: 20, worker: 20, database: 10, broker: 10 },
    hangs: 4,
    hit: new Map([['append.before', 2] as const, ['relay.sent', 1] as const]),
    recoveries,
    surprises: [],
  };
  const journal = { acknowledged: 9_000, refused: 3, unknown: 0, unanswered: 80, repeated: 70 };
  const report = { done, journal, casesClosed: 500, events: 20_000, violations: [], seconds: 361 };
  expect(ledgerLine(report, { seed: 7, commit: 'abc1234', date: '2026-11-29' })).toBe(
    '| 2026-11-29 | abc1234 | 7 | 60 (20, 20, 10, 10) | 3 at 2 | 4 | 9000 | 80 | 70 | 0 | ' +
      '2.0 / 3.0 · – / – · 0.9 / 0.9 · – / – · – / – | 6 min |',
  );
});
