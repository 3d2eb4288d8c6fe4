import type { NewEvent } from '@fieldcase/eventsourcing';
import { choosePolicy } from '../sla';
import { CaseHistory } from './case-history';
import { mapping, recorded, rowsOf, typesOf, withRules } from './history.fixture';
import type { HistoryRow } from './history-row';
import { columnsOf, historyPlan, joinedColumnsOf, joinedPlan, MappingRefused } from './history-plan';
import type { HistoryMapping, JoinSource } from './mapping.types';
import { RowEvents } from './row-events';

const references = {
  policyFor: (...[attributes, at]: [Parameters<typeof choosePolicy>[1], number]) => choosePolicy([], attributes, at),
  depotFor: () => undefined,
  homeDepotOf: () => undefined,
};
const join: JoinSource = {
  file: 'parts.csv',
  on: 'who',
  rules: [
    { event: 'ignore', when: [{ column: 'qty', equals: '0' }] },
    { event: 'materials', materials: { partNumber: { column: 'part' }, quantity: { column: 'qty' } } },
  ],
};
const joined: HistoryMapping = { ...mapping, join };

/** Lines as in the fixture; one that begins with `+` is of the second file, and belongs to the line before it. */
function play(lines: readonly string[], used: HistoryMapping = joined, log: readonly NewEvent[] = []) {
  const plan = historyPlan(used, [...columnsOf(used).keys()]);
  const parts = new RowEvents(joinedPlan(used, join, [...joinedColumnsOf(join).keys()]), references, true);
  const context = {
    plan,
    rowEvents: new RowEvents(plan, references),
    joined: { file: 'parts.csv', rowEvents: parts },
    runId: 'run',
  };
  const history = new CaseHistory(context, 'T1', '333-333-3', log.map(recorded));
  const events: NewEvent[] = [];
  const outcomes: string[] = [];
  let [first] = rowsOf([lines[0] ?? ''], used) as [HistoryRow];
  lines.forEach((line, index) => {
    const [plus, part = '', qty = ''] = /^\+(\S+) (\S+)$/.exec(line) ?? [];
    if (!plus) first = { ...(rowsOf([line], used)[0] ?? first), row: index + 2 };
    const cells = [...joinedColumnsOf(join).keys()].map((name) => ({ who: 'Li', qty, part })[name] ?? '');
    const outcome = history.add(plus ? { ...first, cells, digest: line, joined: index + 2 } : first);
    if (outcome.kind !== 'duplicate') events.push(...outcome.events);
    outcomes.push(outcome.kind === 'rejected' ? `rejected: ${outcome.problem.reason}` : outcome.kind);
  });
  return { events, outcomes };
}

describe('rows of a second file', () => {
  it('happen with the row that they belong to, and say which file they are of', () => {
    const { events } = play(['0 call Li', '60 done Li', '+BELT 1', '+SEAL 2']);
    expect(typesOf(events)).toEqual(['FaultReported', 'VisitCompleted', 'MaterialsAmended', 'MaterialsAmended']);
    const last = events.at(-1);
    expect(last?.data).toMatchObject({
      materials: [
        { partNumber: 'BELT', quantity: 1, source: 'van' },
        { partNumber: 'SEAL', quantity: 2, source: 'van' },
      ],
    });
    expect([last?.occurredAt, last?.metadata.row, last?.metadata.file]).toEqual([
      events[1]?.occurredAt,
      5,
      'parts.csv',
    ]);
    expect(events[1]?.metadata).not.toHaveProperty('file');
  });

  it('go the way of that row: ignored and rejected with it', () => {
    const { outcomes } = play([
      '0 call Li',
      '5 test Li',
      '+BELT 1',
      '9 strange Li',
      '+BELT 1',
      '12 done Li',
      '+BELT 1',
    ]);
    expect(outcomes).toEqual([
      'imported',
      'ignored',
      'ignored',
      'rejected: no rule of the mapping matches this row',
      'rejected: row 5 of the first file, to which it belongs, was rejected',
      'imported',
      'imported',
    ]);
  });

  it('are ignored and rejected by rules of their own as well', () => {
    const { outcomes } = play(['0 call Li', '5 done Li', '+BELT 0', '+BELT 1.5', '+BELT 2', '+BELT 2']);
    expect(outcomes.slice(2)).toEqual([
      'ignored',
      'rejected: expected whole pieces, at least 1',
      'imported',
      'duplicate',
    ]);
  });

  it('end no pause and reopen no case, in one run or in two', () => {
    const paused = withRules(
      { event: 'pause', when: [{ column: 'what', equals: 'wait' }], reason: 'waiting-part' },
      ...mapping.rules,
    );
    const used = { ...paused, join };
    const lines = ['0 call Li', '10 wait Li', '+BELT 1', '40 done Li'];
    const whole = play(lines, used);
    expect(typesOf(whole.events)).toEqual([
      'FaultReported',
      'CasePaused',
      'VisitCompleted',
      'CaseResumed',
      'VisitCompleted',
    ]);
    const begun = play(lines.slice(0, 3), used);
    const rest = play(lines, used, begun.events);
    expect(rest.outcomes).toEqual(['duplicate', 'duplicate', 'duplicate', 'imported']);
    expect([...begun.events, ...rest.events]).toEqual(whole.events);

    const closed = play(['0 call Li', '10 done Li', '20 closed Li', '+BELT 1']);
    expect(typesOf(closed.events)).not.toContain('CaseReopened');
  });

  it('are bound to the columns of their own file', () => {
    expect(() => joinedPlan(joined, join, ['who', 'part'])).toThrow(MappingRefused);
    expect(() => joinedPlan(joined, join, ['who', 'part'])).toThrow(
      'join.rules.0.when.0.column: the file has no column "qty"; it has "who", "part"',
    );
    const broken: JoinSource = { ...join, rules: [{ event: 'note', when: [{ column: 'who', matches: '(' }] }] };
    expect(() => joinedPlan(joined, broken, ['who'])).toThrow('join.rules.0.when.0.matches: not a regular expression');
  });
});
