import { mapping, play, typesOf, withRules } from './history.fixture';

/** What closes a case whose file has no closing row for it. */
describe('a case at its last row', () => {
  it.each([
    ['nobody came', ['0 note', '1 note b'], 'no-visit-needed'],
    ['somebody was sent, and did not come', ['0 note', '1 send'], 'no-visit-needed'],
    ['somebody came, and left no word', ['0 note', '1 arrive'], 'not-repaired'],
    ['the first row is an arrival', ['0 arrive'], 'not-repaired'],
    ['it was solved from afar', ['0 note', '1 done'], 'repaired'],
    ['it was not solved from afar', ['0 note', '1 failed'], 'not-repaired'],
    ['the visit fixed it', ['0 note', '1 arrive', '2 done'], 'repaired'],
    ['the visit did not', ['0 note', '1 arrive', '2 failed'], 'not-repaired'],
    ['the second visit fixed it', ['0 note', '1 arrive', '2 failed', '3 arrive b', '4 done'], 'repaired'],
    ['the second visit did not', ['0 note', '1 done', '3 arrive b', '4 failed'], 'not-repaired'],
    ['nobody came after the reopening', ['0 note', '1 arrive', '2 closed', '3 note b'], 'no-visit-needed'],
    ['somebody came after the reopening', ['0 note', '1 done', '2 closed', '3 arrive'], 'not-repaired'],
  ])('closed at its last row, where %s', (_, lines, resolution) => {
    const used = {
      ...withRules(
        { event: 'dispatch', when: [{ column: 'what', equals: 'send' }] },
        { event: 'completion', fixed: false, when: [{ column: 'what', equals: 'failed' }] },
        ...mapping.rules,
      ),
      closeAt: 'lastRow' as const,
    };
    expect(play(lines, { mapping: used }).events.at(-1)).toMatchObject({ type: 'CaseClosed', data: { resolution } });
  });

  it('closes once, and not a case that a row has closed', () => {
    const used = { ...mapping, closeAt: 'lastRow' as const };
    const first = play(['0 note', '5 closed'], { mapping: used }).events;
    expect(typesOf(first)).toEqual(['FaultReported', 'CaseClosed']);
    const open = play(['0 note', '5 done'], { mapping: used }).events;
    expect(play(['0 note', '5 done'], { mapping: used, log: open }).events).toEqual([]);
    const reopened = play(['6 note'], { log: open }).events;
    expect(play(['0 note', '5 done'], { mapping: used, log: [...open, ...reopened] }).events).toEqual([]);
    const again = { ...open[0]!, eventId: 'live', type: 'CaseReopened', data: {}, occurredAt: open.at(-1)!.occurredAt };
    expect(play(['0 note', '5 done'], { mapping: used, log: [...open, again] }).events).toEqual([]);
  });

  it('does not close a case before what happened to it since, nor one that was cancelled', () => {
    const closing = { mapping: { ...mapping, closeAt: 'lastRow' as const } };
    const log = play(['0 note', '5 done']).events;
    expect(typesOf(play(['0 note', '5 done'], { ...closing, log }).events)).toEqual(['CaseClosed']);
    const later = { ...log[1]!, eventId: 'live', type: 'NoteAdded', data: { kind: 'note' } };
    const at = (minute: number) => Date.UTC(2024, 0, 1, 0, minute);
    const noted = [...log, { ...later, occurredAt: at(60) }];
    expect(play(['0 note', '5 done'], { ...closing, log: noted }).events).toEqual([]);
    const cancelled = [...log, { ...later, type: 'CaseCancelled', data: {}, occurredAt: at(4) }];
    expect(play(['0 note', '5 done'], { ...closing, log: cancelled }).events).toEqual([]);
  });
});
