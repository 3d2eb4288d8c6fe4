import { mapping } from './history.fixture';
import { columnsOf, historyPlan, MappingRefused, RowProblem } from './history-plan';
import type { HistoryMapping } from './mapping.types';

const header = ['ticket', 'at', 'what', 'who'];
const problemsOf = (changed: Partial<HistoryMapping>, columns = header) => {
  try {
    historyPlan({ ...mapping, ...changed }, columns);
    return [];
  } catch (error) {
    return (error as MappingRefused).problems.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe('a mapping bound to a file', () => {
  it('fits the file it was made for', () => expect(problemsOf({})).toEqual([]));

  it('names every column that the file does not have, and what it has', () => {
    expect(problemsOf({}, ['ticket', 'at'])).toEqual([
      'fields.siteName.column: the file has no column "who"; it has "ticket", "at"',
      'rules.0.when.0.column: the file has no column "what"',
    ]);
  });

  it('names the column that looks alike', () => {
    expect(problemsOf({}, ['Ticket', 'at', 'ｗｈａｔ', 'who'])).toEqual([
      'case.0: the file has no column "ticket", but "Ticket"; it has "Ticket", "at", "ｗｈａｔ", "who"',
      'rules.0.when.0.column: the file has no column "what", but "ｗｈａｔ"',
    ]);
  });

  it('tells all its mistakes at once', () => {
    const when = [{ column: 'what', matches: '(' }];
    const problems = problemsOf({
      time: { column: 'at', format: 'yyyy', zone: 'Nowhere' },
      fields: {},
      rules: [{ event: 'note', when }],
    });
    expect(problems).toEqual([
      expect.stringMatching(/^time\.zone: "Nowhere" is not a known zone/),
      expect.stringMatching(/^rules\.0\.when\.0\.matches: not a regular expression/),
      'fields.region: expected a text or { column }',
    ]);
  });

  it('reads each column once', () => {
    expect([...columnsOf(mapping).keys()]).toEqual(['ticket', 'at', 'who', 'what']);
  });
});

describe('reading a row', () => {
  const plan = historyPlan({ ...mapping, case: ['ticket', 'who'] }, header);
  const cells = ['T1', '2024-01-01 00:00', 'note', ' Farm '];

  it('joins several columns to the name of the case', () => expect(plan.keyOf(cells)).toBe('T1 / Farm'));

  it('joins different names to different ones', () => {
    const pairs = [
      ['a', 'b c'],
      ['a b', 'c'],
      ['a / b', 'c'],
      ['a', 'b / c'],
      ['a /', 'b'],
      ['a', '/ b'],
      ['/', 'b'],
      ['//', 'b'],
      ['a', '/'],
      ['a/b', 'c'],
      ['a', 'b/c'],
    ];
    const keys = pairs.map(([ticket = '', who = '']) => plan.keyOf([ticket, '', '', who]));
    expect(new Set(keys).size).toBe(pairs.length);
    expect(plan.keyOf(['a/b', '', '', 'c'])).toBe('a/b / c');
  });

  it('takes no name that is longer than a name', () => {
    expect(plan.keyOf(['x'.repeat(100), '', '', 'y'.repeat(97)])).toHaveLength(200);
    expect(() => plan.keyOf(['x'.repeat(100), '', '', 'y'.repeat(98)])).toThrow(
      expect.objectContaining({ column: 'ticket', reason: 'expected at most 200 characters, found 201' }),
    );
  });

  it('says which column of the name is empty', () => {
    expect(() => plan.keyOf(['T1', '', '', ' '])).toThrow(
      expect.objectContaining({ column: 'who', reason: expect.stringMatching(/expected the name of the case/) }),
    );
  });

  it('translates by map, own keys only, else takes the default', () => {
    const field = { column: 'who', map: { Farm: 'urgent' }, default: 'normal' };
    expect(plan.read(field, cells)).toBe('urgent');
    expect(plan.read(field, ['', '', '', 'constructor'])).toBe('normal');
    expect(plan.read({ column: 'who' }, ['', '', '', ''])).toBeUndefined();
    expect(() => plan.read({ column: 'who', map: {} }, cells)).toThrow(RowProblem);
  });

  it('takes the first rule whose conditions all hold', () => {
    expect(plan.ruleFor(['', '', 'closing', ''])?.event).toBe('close');
    expect(plan.ruleFor(['', '', 'disclosed', ''])).toBeUndefined();
  });

  it('compares without the blanks around a cell, and only where all conditions hold', () => {
    expect(plan.ruleFor(['', '', ' arrive ', ''])?.event).toBe('arrival');
    expect(plan.ruleFor(['', '', ' fixed ', ''])?.event).toBe('completion');
    const when = [
      { column: 'what', in: ['a', 'b'], matches: '^b' },
      { column: 'who', equals: 'x' },
    ];
    const both = historyPlan({ ...mapping, rules: [{ event: 'note', when }] }, header);
    const matching = (what: string, who: string) => both.ruleFor(['', '', what, who]) !== undefined;
    expect([matching('b', 'x'), matching('a', 'x'), matching('b', 'y'), matching('bb', 'x')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('tests for empty cells', () => {
    const rules = [{ event: 'note' as const, when: [{ column: 'who', empty: true }] }];
    const empty = historyPlan({ ...mapping, rules }, header);
    expect(empty.ruleFor(['', '', '', '  '])?.event).toBe('note');
    expect(empty.ruleFor(['', '', '', 'x'])).toBeUndefined();
    const filled = { ...rules[0]!, when: [{ column: 'who', empty: false }] };
    const full = historyPlan({ ...mapping, rules: [filled] }, header);
    expect(full.ruleFor(['', '', '', '  '])).toBeUndefined();
    expect(full.ruleFor(['', '', '', ' x '])?.event).toBe('note');
  });
});
