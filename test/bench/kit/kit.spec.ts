import { delaysOf, interleaved, median, quantile, round } from './figures';

describe('the figures of a bench', () => {
  it('are the nearest rank, of values in any order', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([quantile(hundred, 0), quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([
      1, 51, 100, 100,
    ]);
    expect(median([9, 1, 5])).toBe(5);
    expect(quantile([], 0.5)).toBe(0);
    expect(delaysOf([1, 2, 30])).toEqual({ p50Ms: 2, p99Ms: 30, mostMs: 30 });
  });

  it('have the digits that count', () => {
    expect([round(0.012345), round(12.345), round(1_234.56)]).toEqual([0.0123, 12.3, 1_234.56]);
  });

  it('are taken in turn, the first of a turn being last in the next', async () => {
    const seen: string[] = [];
    const of = (name: string) => async () => seen.push(name);
    expect(await interleaved(3, { ours: of('ours'), peer: of('peer') })).toEqual({ ours: [1, 4, 5], peer: [2, 3, 6] });
    expect(seen).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
  });
});

describe('the record of a bench', () => {
  interface Record {
    withSection(text: string, args: readonly string[], lines: readonly object[], facts: string): string;
  }
  const lines = [
    { bench: 'append', clients: 8, perSecond: 7_000.5 },
    { bench: 'append', goal: 'half a | of it', holds: false, measured: 0.4 },
  ];
  const section = [
    '## append',
    '',
    '`npm run bench -- append --runs 5`: today',
    '',
    '| clients | perSecond |',
    '| --- | --- |',
    '| 8 | 7,000.5 |',
    '',
    '| asked for | measured | met |',
    '| --- | --- | --- |',
    '| half a \\| of it | 0.4 | no |',
    '',
  ].join('\n');

  it('comes behind the others, and takes the place of the one before it', async () => {
    const { withSection } = (await import('./record.mjs')) as Record;
    const args = ['append', '--runs', '5'];
    expect(withSection('# All\n', args, lines, 'today')).toBe(`# All\n\n${section}`);
    const between = '# All\n\n## append\n\nold\n\n## relay\n\nkept\n';
    expect(withSection(between, args, lines, 'today')).toBe(`# All\n\n${section}\n## relay\n\nkept\n`);
  });

  it('stays as it was where a run told nothing', async () => {
    const { withSection } = (await import('./record.mjs')) as Record;
    const before = `# All\n\n${section}`;
    expect(withSection(before, ['append'], [], 'today')).toBe(before);
  });
});
