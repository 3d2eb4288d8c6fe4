import { Rejection } from '@fieldcase/eventsourcing';
import { BUILT_IN_POLICY } from './built-in-policy';
import { choosePolicy, type PolicyAttributes, type PublishedPolicyVersion } from './choose-policy';
import { formatDuration, parseDuration } from './duration';
import type { PolicyMatch, SlaPolicy, TargetSpec } from './policy.types';
import { validatePolicy } from './validate-policy';

const attributes: PolicyAttributes = {
  priority: 'urgent',
  caseType: 'fault',
  county: 'yuzhong',
  region: 'gansu',
  product: 'drill',
};
const REPORTED = Date.UTC(2026, 3, 10, 4);

function published(id: string, match: PolicyMatch, inForceFrom = 0, version = 1): PublishedPolicyVersion {
  return { policy: { ...BUILT_IN_POLICY, id, match }, version, inForceFrom };
}

function chosen(...versions: PublishedPolicyVersion[]): string {
  const { policy } = choosePolicy(versions, attributes, REPORTED);
  return `${policy.id} ${policy.version}`;
}

describe('choosing a policy (rule 7)', () => {
  it('falls back to the built-in ones', () => {
    expect(chosen()).toBe('built-in 1');
    expect(chosen(published('other', { region: 'henan' }))).toBe('built-in 1');
    expect(choosePolicy([], { ...attributes, caseType: 'complaint' }, REPORTED).policy.id).toBe('built-in-complaint');
  });

  it('prefers any published match to a built-in one', () => {
    const all = published('all', {});
    expect(chosen(all)).toBe('all 1');
    expect(choosePolicy([all], { ...attributes, caseType: 'complaint' }, REPORTED).policy.id).toBe('all');
  });

  it('lets more fields win', () => {
    const two = published('two', { product: 'drill', region: 'gansu' });
    expect(chosen(two, published('one', { caseType: 'fault' }, 5))).toBe('two 1');
    expect(chosen(published('one', { caseType: 'fault' }, 5), two)).toBe('two 1');
  });

  const fields: PolicyMatch[] = [
    { caseType: 'fault' },
    { priority: 'urgent' },
    { county: 'yuzhong' },
    { region: 'gansu' },
    { product: 'drill' },
    { season: { from: '04-01', to: '04-30' } },
  ];
  it.each(fields.slice(1).map((match, index) => [fields[index] ?? {}, match]))(
    '%j is stronger than %j',
    (strong, weak) => {
      expect(chosen(published('strong', strong, 1), published('weak', weak, 2))).toBe('strong 1');
      expect(chosen(published('weak', weak, 2), published('strong', strong, 1))).toBe('strong 1');
    },
  );

  it('breaks a tie by two fields where the first is shared', () => {
    const region = published('region', { caseType: 'fault', region: 'gansu' }, 9);
    expect(chosen(region, published('priority', { caseType: 'fault', priority: 'urgent' }, 1))).toBe('priority 1');
  });

  it('takes the later policy where all else is equal', () => {
    const [early, late] = [published('early', { region: 'gansu' }, 1), published('late', { region: 'gansu' }, 2)];
    expect(chosen(early, late)).toBe('late 1');
    expect(chosen(late, early)).toBe('late 1');
  });

  it('takes the version in force at the report', () => {
    const versions = [
      published('p', { region: 'gansu' }, 1, 1),
      published('p', { region: 'gansu' }, REPORTED, 2),
      published('p', {}, REPORTED + 1, 3),
    ];
    expect(chosen(...versions)).toBe('p 2');
    expect(chosen(...versions.toReversed())).toBe('p 2');
  });

  it('takes a version that was published later and dated back before the one that it replaces', () => {
    const corrected = published('p', {}, REPORTED - 2, 2);
    expect(chosen(published('p', {}, REPORTED - 1, 1), corrected)).toBe('p 2');
  });

  it('does not let an earlier version match where the one in force no longer does', () => {
    expect(chosen(published('p', { region: 'gansu' }, 1, 1), published('p', { region: 'henan' }, 2, 2))).toBe(
      'built-in 1',
    );
  });

  it('carries all that the case is judged by', () => {
    const { targets, zone, lateFactLimitMs } = BUILT_IN_POLICY;
    const policy = { id: 'built-in', version: 1 };
    expect(choosePolicy([], attributes, REPORTED)).toEqual({ policy, targets, zone, lateFactLimitMs });
  });
});

describe('seasons', () => {
  const inSeason = (from: string, to: string, reported: string, zone = 'Asia/Shanghai') => {
    const season = published('season', { season: { from, to } });
    const version = { ...season, policy: { ...season.policy, zone } };
    return choosePolicy([version], attributes, Date.parse(reported)).policy.id === 'season';
  };

  it.each([
    ['03-01', '04-30', '2026-03-01T00:00:00+08:00', true],
    ['03-01', '04-30', '2026-02-28T23:59:59.999+08:00', false],
    ['03-01', '04-30', '2026-04-30T23:59:59.999+08:00', true],
    ['03-01', '04-30', '2026-05-01T00:00:00+08:00', false],
    ['12-15', '01-15', '2026-12-31T12:00:00+08:00', true],
    ['12-15', '01-15', '2027-01-01T00:00:00+08:00', true],
    ['12-15', '01-15', '2027-01-16T00:00:00+08:00', false],
    ['12-15', '01-15', '2026-12-14T12:00:00+08:00', false],
    ['02-29', '02-29', '2028-02-29T12:00:00+08:00', true],
  ])('%s to %s holds %s: %s', (from, to, reported, expected) => {
    expect(inSeason(from, to, reported)).toBe(expected);
  });

  it.each([
    ['Asia/Shanghai', true],
    ['Europe/Rome', false],
    ['America/New_York', false],
  ])('is asked of the date in %s', (zone, expected) => {
    expect(inSeason('03-01', '03-31', '2026-02-28T17:00:00Z', zone)).toBe(expected);
  });

  it.each([
    // Summer time begins on 29 March 2026 in Rome: 22:30Z is still the 28th in winter, the 30th in summer.
    ['2026-03-28T22:30:00Z', '03-28'],
    ['2026-03-29T22:30:00Z', '03-30'],
    ['2026-10-24T22:30:00Z', '10-25'],
    ['2026-10-25T22:30:00Z', '10-25'],
  ])('follows summer time: %s is %s in Rome', (reported, day) => {
    expect(inSeason(day, day, reported, 'Europe/Rome')).toBe(true);
  });
});

describe('durations', () => {
  it.each([
    ['PT24H', 86_400_000],
    ['P1D', 86_400_000],
    ['P7D', 604_800_000],
    ['P1W', 604_800_000],
    ['P1DT2H3M4.5S', 93_784_500],
    ['PT0.001S', 1],
    ['PT0S', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', 'P', 'PT', 'P1DT', 'PT-1H', 'P1M', 'P1Y', '24H', 'pt24h', 'PT1.5H', 'PT1H ', 'P1W2D', 'PT1S1M'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeNull(),
  );
  it.each(['PT99999999999999999H', `P${'9'.repeat(400)}D`])('refuses what no number holds: %s', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it.each([
    [0, 'PT0S'],
    [86_400_000, 'PT24H'],
    [5_400_000, 'PT1H30M'],
    [1, 'PT0.001S'],
    [61_500, 'PT1M1.5S'],
    [-3_600_000, '-PT1H'],
  ])('%d ms is written %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('the content of a policy', () => {
  const own: SlaPolicy = { ...BUILT_IN_POLICY, id: 'own' };
  const target = (change: Partial<TargetSpec>): Partial<SlaPolicy> => ({
    targets: [{ target: 'restore', withinMs: 1000, warnAt: [50], pausedBy: [], ...change }],
  });
  const judged = (change: Partial<SlaPolicy>) => {
    try {
      return validatePolicy({ ...own, ...change });
    } catch (error) {
      if (error instanceof Rejection) return [error.code, error.kind, ...Object.keys(error.errors ?? {})].join(' ');
      throw error;
    }
  };

  it.each<[string, Partial<SlaPolicy>, string]>([
    ['the id of a built-in policy', { id: 'built-in' }, 'id-reserved unacceptable id'],
    ['an id that looks like one', { id: 'built-in-haste' }, 'id-reserved unacceptable id'],
    ['an unknown zone', { zone: 'Asia/Atlantis' }, 'zone-unknown unacceptable zone'],
    [
      'a day that does not exist',
      { match: { season: { from: '02-30', to: '03-01' } } },
      'season-unknown unacceptable match.season.from',
    ],
    [
      'a day in other words',
      { match: { season: { from: '02-01', to: '3-1' } } },
      'season-unknown unacceptable match.season.to',
    ],
    ['a negative limit', { lateFactLimitMs: -1 }, 'late-fact-limit-negative unacceptable lateFactLimit'],
    ['an unknown target', target({ target: 'firstCall' as 'restore' }), 'target-unknown unacceptable targets.0.target'],
    ['no time', target({ withinMs: null }), 'within-missing unacceptable targets.0.within'],
    ['a time of nothing', target({ withinMs: 0 }), 'within-missing unacceptable targets.0.within'],
    ['steps that descend', target({ warnAt: [75, 50] }), 'warn-at-not-ascending unacceptable targets.0.warnAt'],
    ['a step twice', target({ warnAt: [50, 50] }), 'warn-at-not-ascending unacceptable targets.0.warnAt'],
    ['a step at the due instant', target({ warnAt: [100] }), 'warn-at-not-ascending unacceptable targets.0.warnAt'],
    ['a step at the start', target({ warnAt: [0] }), 'warn-at-not-ascending unacceptable targets.0.warnAt'],
    ['our own part', target({ pausedBy: ['waiting-part'] }), 'never-pauses unacceptable targets.0.pausedBy'],
    [
      'a paused promise',
      target({ target: 'customerPromise', withinMs: null, pausedBy: ['weather'] }),
      'never-pauses unacceptable targets.0.pausedBy',
    ],
    [
      'an unknown calendar',
      target({ calendar: { id: 'c', version: 1 } }),
      'calendar-unknown unacceptable targets.0.calendar',
    ],
    [
      'a target twice',
      { targets: [...BUILT_IN_POLICY.targets, ...BUILT_IN_POLICY.targets] },
      'target-twice unacceptable targets.6.target',
    ],
  ])('%s is refused', (_, change, expected) => expect(judged(change)).toBe(`sla-policy.${expected}`));

  it('is the policy itself where it is sound', () => {
    expect(judged({})).toEqual(own);
    const calendar = { id: 'c', version: 2 };
    const working = { ...own, ...target({ calendar, pausedBy: ['weather', 'road'] }) };
    expect(validatePolicy(working, [calendar])).toBe(working);
  });
});
