import type { NewEvent } from '@fieldcase/eventsourcing';
import { play, typesOf, withRules } from './history.fixture';
import type { RowRule } from './mapping.types';

const note: RowRule = { event: 'note', when: [{ column: 'what', equals: 'note' }] };
const on = (what: string) => ({ when: [{ column: 'what', equals: what }] });
const wait: RowRule = { event: 'pause', reason: 'waiting-customer', ...on('wait') };
const hold: RowRule = { event: 'pause', reason: 'waiting-customer', until: 'resume', ...on('hold') };
const resume: RowRule = { event: 'resume', ...on('resume') };
const ignore: RowRule = { event: 'ignore', ...on('test') };
const arrive: RowRule = { event: 'arrival', ...on('arrive') };
const close: RowRule = { event: 'close', ...on('closed') };
const mapping = withRules(wait, hold, resume, ignore, arrive, close, note);

const told = (events: readonly NewEvent[]): string[] =>
  events.map(({ type, occurredAt }) => `${(occurredAt - Date.UTC(2024, 0, 1)) / 60_000} ${type}`);
const unmatched = 'rejected: no rule of the mapping matches this row';
const notPaused = 'rejected: the case is not paused at this time';

describe('a pause until the next row of its case', () => {
  it.each([
    ['ignored', 'test', 'ignored'],
    ['rejected', 'zzz', unmatched],
  ])('ends with a next row that is %s', (_, what, outcome) => {
    const lines = ['0 note', '5 wait', `7 ${what}`, '20 note b'];
    const { outcomes, events } = play(lines, { mapping });
    expect(outcomes).toEqual(['imported', 'imported', outcome, 'imported']);
    expect(told(events)).toEqual(['0 FaultReported', '5 CasePaused', '7 CaseResumed', '20 NoteAdded']);
    expect(events[2]?.metadata.row).toBe(4);
    for (let known = 1; known <= events.length; known += 1) {
      const log = events.slice(0, known);
      const again = play(lines, { mapping, log });
      expect([...log, ...again.events]).toEqual(events);
      expect(again.outcomes[2]).toBe(outcome);
    }
  });

  it('ends with the first row of a second file, whatever becomes of it, once', () => {
    const log = play(['0 note', '5 wait'], { mapping }).events;
    const tail = ['7 zzz', '9 note'];
    const { events } = play(tail, { mapping, log });
    expect(told(events)).toEqual(['7 CaseResumed', '9 NoteAdded']);
    expect(play(tail, { mapping, log: [...log, ...events] }).events).toEqual([]);
  });

  it('does not end with an exact copy of its own row, nor with a row from before', () => {
    expect(told(play(['0 note', '5 wait', '5 wait', '9 note'], { mapping }).events)).toEqual([
      '0 FaultReported',
      '5 CasePaused',
      '9 CaseResumed',
      '9 NoteAdded',
    ]);
    const log = play(['0 note', '5 wait'], { mapping }).events;
    expect(play(['3 zzz'], { mapping, log }).events).toEqual([]);
  });

  it('ends with a row that says so', () => {
    const { outcomes, events } = play(['0 note', '5 wait', '9 resume', '10 resume'], { mapping });
    expect(outcomes).toEqual(['imported', 'imported', 'imported', notPaused]);
    expect(told(events).slice(1)).toEqual(['5 CasePaused', '9 CaseResumed']);
  });
});

describe('a pause until a row that resumes', () => {
  it('outlasts other rows, also where another rule pauses for the same reason until the next row', () => {
    const lines = ['0 note', '5 hold', '6 note', '7 test', '9 resume', '10 wait', '12 note'];
    const { outcomes, events } = play(lines, { mapping });
    expect(new Set(outcomes)).toEqual(new Set(['imported', 'ignored']));
    expect(told(events)).toEqual([
      '0 FaultReported',
      '5 CasePaused',
      '6 NoteAdded',
      '9 CaseResumed',
      '10 CasePaused',
      '12 CaseResumed',
      '12 NoteAdded',
    ]);
  });

  it('outlasts the end of a file', () => {
    const log = play(['0 note', '5 hold', '6 note'], { mapping }).events;
    const tail = play(['7 note b', '9 resume'], { mapping, log });
    expect(told(tail.events)).toEqual(['7 NoteAdded', '9 CaseResumed']);
    const grown = play(['0 note', '5 hold', '7 note b', '9 resume'], { mapping, log: log.slice(0, 2) });
    expect(told(grown.events)).toEqual(['7 NoteAdded', '9 CaseResumed']);
  });

  it('is over with an arrival: the same may begin again', () => {
    const { outcomes, events } = play(['0 note', '5 hold', '8 arrive', '9 hold b', '9 hold c'], { mapping });
    expect(outcomes).toEqual([
      'imported',
      'imported',
      'imported',
      'imported',
      'rejected: the case is already paused: waiting-customer',
    ]);
    expect(typesOf(events).filter((type) => type === 'CasePaused')).toHaveLength(2);
  });

  it('is over with the closing', () => {
    const { outcomes } = play(['0 note', '5 hold', '8 closed', '9 resume', '10 hold b', '12 resume b'], { mapping });
    expect(outcomes.slice(2)).toEqual(['imported', notPaused, 'imported', 'imported']);
  });
});

describe('a pause by a command', () => {
  it('does not end with the next row of a file', () => {
    const log = play(['0 note'], { mapping }).events;
    const { source: _source, row: _row, ...metadata } = log[0]!.metadata;
    const live = { type: 'CasePaused', data: { reason: 'waiting-customer' }, eventId: 'live', metadata };
    const paused = { ...log[0]!, ...live, occurredAt: Date.UTC(2024, 0, 1, 0, 3) };
    const { events } = play(['7 note b', '9 resume'], { mapping, log: [...log, paused] });
    expect(told(events)).toEqual(['7 NoteAdded', '9 CaseResumed']);
  });
});
