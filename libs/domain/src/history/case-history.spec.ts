import { mapping, play, typesOf, withRules } from './history.fixture';

describe('history of one case', () => {
  it('reports the case with its first row, whatever the row is', () => {
    const { events } = play(['0 note Farm', '5 note again']);
    expect(typesOf(events)).toEqual(['FaultReported', 'NoteAdded']);
    expect(events[0]).toMatchObject({
      data: { region: 'East', number: '333-333-3', caseType: 'fault', source: 'tickets', sourceKey: 'T1' },
      personal: { data: { siteName: 'Farm' } },
      occurredAt: Date.UTC(2024, 0, 1),
      metadata: { source: 'tickets', row: 2, actor: 'import:tickets', actorRole: 'system' },
    });
    expect(events[0]?.data).toMatchObject({ depotId: 'depot-east', sla: { targets: expect.any(Array) } });
    expect(events[0]?.data).not.toHaveProperty('siteName');
  });

  it('lets the first row be an arrival too', () => {
    expect(typesOf(play(['0 arrive li']).events)).toEqual([
      'FaultReported',
      'TechnicianDispatched',
      'TechnicianArrived',
    ]);
  });

  it('opens a visit without a notice at an arrival', () => {
    const { events } = play(['0 note', '5 arrive li']);
    expect(events[1]?.data).toMatchObject({ technicianId: 'li', homeDepot: 'depot-li', notice: false });
    const opened = events[1]?.data as { visitId: string } | undefined;
    expect(events[2]?.data).toEqual({ visitId: opened?.visitId });
  });

  it('takes a second arrival in an open visit for a hand-over', () => {
    const { events } = play(['0 note', '5 arrive li', '6 arrive wu', '9 done']);
    expect(typesOf(events).slice(3)).toEqual(['VisitHandedOver', 'VisitCompleted']);
    const [dispatched, , handedOver, completed] = events.slice(1).map((event) => event.data as { visitId: string });
    expect(handedOver).toEqual({ visitId: dispatched?.visitId, technicianId: 'wu' });
    expect(completed).toEqual({ visitId: dispatched?.visitId, fixed: true, materials: [] });
  });

  it('takes the first arrival after a dispatch for that of its visit, also the second time', () => {
    const send = { event: 'dispatch' as const, when: [{ column: 'what', equals: 'send' }] };
    const used = withRules(send, ...mapping.rules);
    const { events, outcomes } = play(['0 note', '1 send', '2 arrive', '3 done', '4 send', '5 arrive', '6 arrive'], {
      mapping: used,
    });
    expect(new Set(outcomes)).toEqual(new Set(['imported']));
    expect(typesOf(events).slice(1)).toEqual([
      'TechnicianDispatched',
      'TechnicianArrived',
      'VisitCompleted',
      'TechnicianDispatched',
      'TechnicianArrived',
      'VisitHandedOver',
    ]);
    expect(events[1]?.data).toMatchObject({ technicianId: 'unknown', notice: true });
    expect(events[6]?.data).toMatchObject({ technicianId: 'unknown' });
    expect(play(['0 note', '1 send', '2 send'], { mapping: used }).outcomes[2]).toBe(
      'rejected: a visit of this case is still open at this time',
    );
  });

  it('takes a completion without an open visit for a remote one', () => {
    const { events } = play(['0 note', '5 done', '7 fixed']);
    expect(events.slice(1).map((event) => event.data)).toMatchObject([{ remote: true }, { remote: true }]);
    expect(typesOf(events)).not.toContain('TechnicianArrived');
  });

  it('pauses until the next row of the case', () => {
    const { events } = play(['0 note', '5 wait', '8 wait', '9 note']);
    expect(events.slice(1).map((event) => [event.type, event.metadata.row])).toEqual([
      ['CasePaused', 3],
      ['CaseResumed', 4],
      ['CasePaused', 4],
      ['CaseResumed', 5],
      ['NoteAdded', 5],
    ]);
    expect(events[4]?.occurredAt).toBe(Date.UTC(2024, 0, 1, 0, 9));
  });

  it('ignores the closing of a closed case, and reopens it for any other row', () => {
    const { events, outcomes } = play(['0 note', '5 closed', '6 closing', '7 note']);
    expect(outcomes).toEqual(['imported', 'imported', 'ignored', 'imported']);
    expect(typesOf(events).slice(1)).toEqual(['CaseClosed', 'CaseReopened', 'NoteAdded']);
  });

  it('says how a case ended by its latest completed visit', () => {
    const resolutionOf = (...lines: string[]) => play(lines).events.at(-1)?.data;
    expect(resolutionOf('0 note', '1 done', '2 closed')).toEqual({ resolution: 'repaired' });
    expect(resolutionOf('0 note', '2 closed')).toEqual({ resolution: 'no-visit-needed' });
  });

  it('opens a new visit for an arrival after the closing, which ended the open one', () => {
    const { events } = play(['0 note', '5 arrive li', '8 closed', '9 arrive wu', '10 done']);
    expect(typesOf(events).slice(3)).toEqual([
      'CaseClosed',
      'CaseReopened',
      'TechnicianDispatched',
      'TechnicianArrived',
      'VisitCompleted',
    ]);
    const visitOf = (index: number) => (events[index]?.data as { visitId: string } | undefined)?.visitId;
    expect(visitOf(5)).not.toBe(visitOf(1));
    expect(visitOf(7)).toBe(visitOf(5));
  });

  it('counts exact copies, ignores what a rule leaves out, rejects what no rule matches', () => {
    const { outcomes, events } = play(['0 test', '0 note a', '0 note a', '1 surprise']);
    expect(outcomes).toEqual([
      'ignored',
      'imported',
      'duplicate of file',
      'rejected: no rule of the mapping matches this row',
    ]);
    expect(typesOf(events)).toEqual(['FaultReported']);
  });

  it('closes at the last row where the mapping says so', () => {
    const { events } = play(['0 note', '5 done'], { mapping: { ...mapping, closeAt: 'lastRow' } });
    expect(typesOf(events)).toEqual(['FaultReported', 'VisitCompleted', 'CaseClosed']);
    expect(events.at(-1)?.occurredAt).toBe(Date.UTC(2024, 0, 1, 0, 5));
  });

  it('carries parts of several rows on the visit', () => {
    const parts = { partNumber: { column: 'who' }, quantity: '2' };
    const used = withRules({ event: 'materials', materials: parts });
    const { events } = play(['0 x P1', '1 x P2'], { mapping: used });
    expect(typesOf(events)).toEqual(['FaultReported', 'VisitCompleted', 'MaterialsAmended']);
    const line = (partNumber: string) => ({ partNumber, quantity: 2, source: 'van' });
    expect(events.at(-1)?.data).toMatchObject({ materials: [line('P1'), line('P2')] });
  });

  it('begins the parts of a second visit anew', () => {
    const used = withRules(
      {
        event: 'materials',
        when: [{ column: 'what', equals: 'part' }],
        materials: { partNumber: { column: 'who' }, quantity: '1' },
      },
      ...mapping.rules,
    );
    const { events } = play(['0 note', '1 arrive', '2 part P1', '3 done', '4 arrive', '5 part P2'], { mapping: used });
    const parts = (index: number) => {
      const { materials } = events[index]!.data as { materials: { partNumber: string }[] };
      return materials.map((line) => line.partNumber);
    };
    expect([parts(3), parts(4), parts(7)]).toEqual([['P1'], ['P1'], ['P2']]);
  });

  it.each([
    ['9'.repeat(400), /^rejected: expected (at most|whole pieces)/],
    ['100001', 'rejected: expected at most 100000 pieces'],
    ['100000', 'imported'],
    ['100000.0', 'imported'],
  ])('takes quantities up to the limit: %s', (quantity, outcome) => {
    const used = withRules({ event: 'materials', materials: { partNumber: 'P1', quantity: { column: 'who' } } });
    expect(play([`0 x ${quantity}`], { mapping: used }).outcomes).toEqual([
      typeof outcome === 'string' ? outcome : expect.stringMatching(outcome),
    ]);
  });

  it.each(['0', '1.5', '-3', 'two', ''])('rejects %j pieces of a part, naming the column', (quantity) => {
    const used = withRules({ event: 'materials', materials: { partNumber: 'P1', quantity: { column: 'who' } } });
    expect(play([`0 x ${quantity}`], { mapping: used }).outcomes).toEqual([
      'rejected: expected whole pieces, at least 1',
    ]);
  });
});

describe('history over a log that has some of it', () => {
  const lines = ['0 note', '5 arrive li', '6 wait', '8 done', '9 closed', '10 closed', '12 note', '13 closed'];

  it('imports nothing twice', () => {
    const whole = play(lines);
    const again = play(lines, { log: whole.events });
    expect(again.events).toEqual([]);
    expect(again.outcomes).toEqual(lines.map((line) => (line.startsWith('10') ? 'ignored' : 'duplicate of log')));
  });

  it('goes on after whatever row it was killed at, to the same events', () => {
    const used = { ...mapping, closeAt: 'lastRow' as const };
    const open = lines.slice(0, 4);
    for (const all of [lines, open]) {
      const whole = play(all, { mapping: used }).events;
      for (let rows = 0; rows <= all.length; rows += 1) {
        const killed = whole.filter((event) => (event.metadata.row ?? 0) <= rows + 1);
        const rest = play(all, { log: killed, mapping: used }).events;
        expect([...killed, ...rest]).toEqual(whole);
      }
    }
  });

  it('continues a case by a second file that has only the new rows', () => {
    const first = play(['0 note', '5 arrive li', '6 wait']).events;
    const second = play(['7 arrive wu', '9 closed'], { log: first });
    expect(typesOf(second.events)).toEqual(['CaseResumed', 'VisitHandedOver', 'CaseClosed']);
  });

  it.each(['open', 'lastRow'] as const)('takes exactly the new rows of a later export, closing at %s', (closeAt) => {
    const all = [...lines, '14 test', '15 surprise', '16 arrive li', '16 arrive li', '17 note b', '18 wait', '19 done'];
    const used = { ...mapping, closeAt };
    for (let cut = 1; cut < all.length; cut += 1) {
      const head = play(all.slice(0, cut), { mapping: used });
      const grown = play(all, { mapping: used, log: head.events });
      const tail = play(all.slice(cut), { mapping: used, log: head.events });
      const whole = play(all, { mapping: used });
      // What the first file closed at its last row is closed when the closing itself comes.
      const late = (outcomes: readonly string[]) =>
        outcomes.slice(cut).map((one, at) => (closeAt === 'lastRow' && /clos/.test(all[cut + at]!) ? '' : one));
      expect(late(grown.outcomes)).toEqual(late(whole.outcomes));
      expect(grown.outcomes.slice(0, cut)).not.toContain('imported');
      if (closeAt === 'open') expect([...head.events, ...grown.events]).toEqual(whole.events);
      expect(tail.events).toEqual(grown.events.map((event) => expect.objectContaining({ eventId: event.eventId })));
    }
  });

  it('continues a case by a grown copy of the file, reopening what its last row had closed', () => {
    const used = { ...mapping, closeAt: 'lastRow' as const };
    const first = play(['0 note', '5 done'], { mapping: used }).events;
    const grown = play(['0 note', '5 done', '7 note'], { log: first, mapping: used });
    expect(grown.outcomes).toEqual(['duplicate of log', 'duplicate of log', 'imported']);
    expect(typesOf(grown.events)).toEqual(['CaseReopened', 'NoteAdded', 'CaseClosed']);
  });

  it('rejects rows that come before what the log holds', () => {
    const first = play(['0 note', '50 note']).events;
    const late = play(['0 note', '20 note x', '50 note'], { log: first });
    expect(late.outcomes[1]).toBe(
      'rejected: earlier than what the log already holds of this case (2024-01-01T00:50:00.000Z)',
    );
    expect(late.events).toEqual([]);
  });

  it('takes a row of the same moment as the log, not one before', () => {
    const log = play(['0 note', '5 note b']).events;
    expect(play(['5 note c'], { log }).outcomes).toEqual(['imported']);
    expect(play(['4 note c'], { log }).outcomes[0]).toMatch(/^rejected: earlier than/);
  });

  it('opens a visit for an arrival after the open one was withdrawn', () => {
    const log = play(['0 note', '5 arrive li']).events;
    const { visitId } = log[1]!.data as { visitId: string };
    const withdrawn = { ...log[2]!, eventId: 'live', type: 'DispatchWithdrawn', data: { visitId } };
    const { events } = play(['6 arrive wu'], { log: [...log, withdrawn] });
    expect(typesOf(events)).toEqual(['TechnicianDispatched', 'TechnicianArrived']);
  });

  it('adds nothing to a case that was cancelled meanwhile', () => {
    const [reported] = play(['0 note']).events;
    const cancelled = { ...reported!, eventId: 'x', type: 'CaseCancelled', data: {} };
    const { outcomes } = play(['0 note', '5 note b'], { log: [reported!, cancelled] });
    expect(outcomes[1]).toMatch(/^rejected: the case was cancelled or merged/);
  });
});
