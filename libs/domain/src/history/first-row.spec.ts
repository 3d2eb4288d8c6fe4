import type { RejectedRow } from './history-row';
import { mapping, play, typesOf, withRules } from './history.fixture';
import { RowProblem } from './history-plan';
import type { HistoryMapping } from './mapping.types';

/** Only cells without "x" are regions. */
const byWho: HistoryMapping = {
  ...mapping,
  fields: { region: { column: 'who', map: { East: 'East', West: 'West' } } },
};
const unreadable = (row: number, at?: number): RejectedRow => ({
  row,
  at,
  digest: `bad ${row}`,
  problem: new RowProblem('expected a time as in yyyy', 'at', 'never'),
});
const because = (row: number) =>
  `rejected: its case cannot begin: row ${row}, which would report it, was rejected (at "never": expected a time as in yyyy)`;

describe('a case whose report was rejected', () => {
  it('is rejected row by row, naming the first and its problem', () => {
    const lines = ['0 note x', '5 arrive East', '7 surprise East', '8 done y', '9 test East', '5 arrive East'];
    const { events, outcomes, history } = play(lines, { mapping: byWho });
    const why = 'who "x": the mapping translates no such text, and gives no default';
    const followed = `rejected: its case cannot begin: row 2, which would report it, was rejected (${why})`;
    expect(outcomes).toEqual([
      'rejected: the mapping translates no such text, and gives no default',
      followed,
      followed,
      followed,
      'ignored',
      followed,
    ]);
    expect(events).toEqual([]);
    expect(history.refused).toBe(true);
  });

  it('is not closed at its last row', () => {
    const { events } = play(['0 note x', '5 done East'], { mapping: { ...byWho, closeAt: 'lastRow' } });
    expect(events).toEqual([]);
  });

  it('is one kind of rejection, whichever row it was', () => {
    const [one, other] = [2, 3].map((row) => {
      const { history } = play([], { skipped: [unreadable(row)] });
      return history.add({ row: 9, at: 0, cells: [], digest: 'z' });
    });
    expect(one).toMatchObject({ kind: 'rejected' });
    const kinds = [one, other].map((outcome) => (outcome?.kind === 'rejected' ? outcome.problem.kind : outcome));
    expect(new Set(kinds).size).toBe(1);
  });

  it('is not what a row makes it that a rule leaves out', () => {
    const { outcomes, history } = play(['0 test x', '5 note East', '6 note y'], { mapping: byWho });
    expect(outcomes).toEqual(['ignored', 'imported', 'imported']);
    expect(history.refused).toBe(false);
  });

  it('is in the log already: it goes on', () => {
    const log = play(['0 note East'], { mapping: byWho }).events;
    const options = { mapping: byWho, log, skipped: [unreadable(2)] };
    const { outcomes, history } = play(['5 surprise', '6 done'], options);
    expect(outcomes).toEqual(['rejected: no rule of the mapping matches this row', 'imported']);
    expect(history.refused).toBe(false);
  });

  it('had a later row rejected only: that row alone is', () => {
    const { outcomes, history } = play(['0 note', '5 surprise', '6 done']);
    expect(outcomes).toEqual(['imported', 'rejected: no rule of the mapping matches this row', 'imported']);
    expect(history.refused).toBe(false);
  });
});

describe('a row without a time', () => {
  it('was the report where it stands before the others in the file', () => {
    const skipped = [unreadable(1)];
    const { outcomes, events, history } = play(['0 note', '5 done'], { skipped });
    expect(outcomes).toEqual([because(1), because(1)]);
    expect({ events, refused: history.refused }).toEqual({ events: [], refused: true });
  });

  it('was another where it stands behind the first', () => {
    const { outcomes } = play(['0 note', '5 done'], { skipped: [unreadable(4)] });
    expect(outcomes).toEqual(['imported', 'imported']);
  });

  it('was the report where it stands last in a file that begins with its latest rows', () => {
    // Row 2 happened last: the fixture counts places upwards.
    const lines = ['5 done', '0 note'];
    const sorted = (skipped: RejectedRow[]) => play(lines.slice(1), { skipped, newestFirst: true }).outcomes;
    expect(sorted([unreadable(1)])).toEqual(['imported']);
    expect(sorted([unreadable(7), unreadable(9), unreadable(8)])).toEqual([because(9)]);
  });

  it('is the outermost of several', () => {
    expect(play(['0 note'], { skipped: [unreadable(1), unreadable(0), unreadable(7)] }).outcomes).toEqual([because(0)]);
  });

  it('is all that there is of the case', () => {
    expect(play([], { skipped: [unreadable(2)] }).history.refused).toBe(true);
  });
});

describe('a row that was rejected before, with a time', () => {
  const minute = (count: number) => Date.UTC(2024, 0, 1, 0, count);

  it('was the report where it is the first', () => {
    const { history } = play([]);
    expect(history.skip(unreadable(8, minute(0)))).toEqual([]);
    expect(history.add({ row: 2, at: minute(1), cells: [], digest: 'z' }).kind).toBe('rejected');
  });

  it('ends the pause that lasts until the next row', () => {
    const used = withRules(
      { event: 'pause', reason: 'waiting-customer', when: [{ column: 'what', equals: 'wait' }] },
      { event: 'note' },
    );
    const { history } = play(['0 note', '5 wait'], { mapping: used });
    const events = history.skip(unreadable(8, minute(7)));
    expect(typesOf(events)).toEqual(['CaseResumed']);
    expect(events[0]).toMatchObject({ occurredAt: minute(7), metadata: { row: 8 } });
    expect(history.skip(unreadable(9, minute(8)))).toEqual([]);
  });
});
