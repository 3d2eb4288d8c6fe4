import { builtIn, hour, hoursOf, policyOf, Story } from './story.testing';

const onSite = 'onSiteResponse:-:1';
const restore = 'restore:-:1';

describe('elapsed time (rule 1)', () => {
  it('runs from the report and is due after its time', () => {
    const clock = Story.of().clock(onSite, 6);
    expect(clock).toMatchObject({ state: 'running', startedAt: hour(0), dueAt: hour(24), counted: hour(6) - hour(0) });
    expect(hoursOf(clock.remaining)).toBe(18);
    expect(clock.policy).toEqual({ id: 'built-in', version: 1 });
  });

  it.each([
    { arrival: 24, state: 'met' },
    { arrival: 24 + 1 / 3_600_000, state: 'breached' },
  ])('an arrival at hour $arrival is $state', ({ arrival, state }) => {
    const clock = Story.of().dispatch(1).arrive(arrival).clock(onSite, 30);
    expect(clock).toMatchObject({ state, stoppedAt: hour(arrival), dueAt: hour(24) });
  });

  it('is not breached at the due instant but one millisecond later', () => {
    expect(Story.of().clock(onSite, 24).state).toBe('running');
    const late = Story.of().clock(onSite, 24 + 1 / 3_600_000);
    expect(late.state).toBe('breached');
    expect(late.breach).toEqual({ at: hour(24), cause: 'elapsed', recordedAt: null });
  });

  it('knows when its steps fall', () => {
    const steps = Story.of()
      .clock(onSite, 1)
      .steps.map(({ percent, at }) => [percent, hoursOf((at ?? 0) - hour(0))]);
    expect(steps).toEqual([
      [50, 12],
      [75, 18],
      [90, 21.6],
    ]);
  });

  it('has no clock before the report', () => {
    expect(Story.of().clocks(-1)).toEqual([]);
  });
});

describe('which targets exist (rule 2)', () => {
  it.each([
    ['fault', [onSite, restore], 72],
    ['maintenance', [onSite, restore], 72],
    ['upgrade', [onSite, restore], 72],
    ['complaint', [restore], 168],
    ['enquiry', [restore], 72],
  ] as const)('%s', (caseType, clockIds, restoreHours) => {
    const clocks = Story.of(builtIn(caseType), caseType).clocks(1);
    expect(clocks.map(({ clockId }) => clockId)).toEqual(clockIds);
    expect(hoursOf(clocks.find(({ target }) => target === 'restore')?.within ?? 0)).toBe(restoreHours);
  });

  it('starts both visit clocks at the notice, none at a dispatch without one', () => {
    const withNotice = Story.of().dispatch(2).clocks(3);
    expect(withNotice.map(({ clockId, startedAt }) => [clockId, startedAt]).slice(2)).toEqual([
      ['appointment:V1:1', hour(2)],
      ['visitAfterNotice:V1:1', hour(2)],
    ]);
    const without = Story.of().tell('TechnicianDispatched', 2, { visitId: 'V1', technicianId: 'T1', notice: false });
    expect(without.clocks(3)).toHaveLength(2);
  });

  it('stops the appointment at the first agreed one or at the arrival', () => {
    const agreed = Story.of().dispatch(1).tell('AppointmentAgreed', 3, { visitId: 'V1' }).arrive(5);
    expect(agreed.clock('appointment:V1:1', 6)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
    expect(agreed.clock('visitAfterNotice:V1:1', 6)).toMatchObject({ state: 'met', stoppedAt: hour(5) });
    expect(Story.of().dispatch(1).arrive(5).clock('appointment:V1:1', 6)).toMatchObject({ stoppedAt: hour(5) });
  });

  it('lets another visit stop nothing of this one but the case clock', () => {
    const story = Story.of()
      .dispatch(1)
      .tell('DispatchDeclined', 2, { visitId: 'V1' })
      .dispatch(3, 'V2')
      .arrive(4, 'V2');
    expect(story.states(5)).toEqual([
      `${onSite} met`,
      `${restore} running`,
      'appointment:V1:1 cancelled',
      'visitAfterNotice:V1:1 cancelled',
      'appointment:V2:1 met',
      'visitAfterNotice:V2:1 met',
    ]);
  });
});

describe('restore', () => {
  it('is annulled by a later arrival in the same cycle and runs on without a gap', () => {
    const story = Story.of().dispatch(1).arrive(2).complete(3).dispatch(9, 'V2').arrive(10, 'V2');
    expect(story.clock(restore, 8)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
    expect(story.clock(restore, 20)).toMatchObject({ state: 'running', counted: hour(20) - hour(0) });
  });

  it('breaches in the time that an annulled completion seemed to save', () => {
    const story = Story.of()
      .dispatch(1)
      .arrive(2)
      .complete(3)
      .dispatch(79, 'V2')
      .arrive(80, 'V2')
      .complete(81, true, 'V2');
    expect(story.clock(restore, 79.5).state).toBe('met');
    expect(story.clock(restore, 82)).toMatchObject({
      state: 'breached',
      stoppedAt: hour(81),
      breach: { at: hour(72) },
    });
  });

  it('goes on after a visit that did not fix it', () => {
    expect(Story.of().dispatch(1).arrive(2).complete(3, false).clock(restore, 5).state).toBe('running');
  });
});

describe('pauses (rule 4)', () => {
  const paused = policyOf('p', { onSiteResponse: 24, restore: 72 }, { pausedBy: ['waiting-customer', 'weather'] });

  it('subtracts two pauses', () => {
    const clock = Story.of().pause(2).resume(4).pause(6).resume(9).clock(onSite, 10);
    expect(hoursOf(clock.counted)).toBe(5);
    expect(clock.dueAt).toBe(hour(29));
    expect(clock.intervals.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      [hour(0), hour(2), 'counting'],
      [hour(2), hour(4), 'waiting-customer'],
      [hour(4), hour(6), 'counting'],
      [hour(6), hour(9), 'waiting-customer'],
      [hour(9), null, 'counting'],
    ]);
  });

  it('unites overlapping pauses before it subtracts them', () => {
    const story = Story.of(paused).pause(2).pause(3, 'weather').resume(4).resume(6, 'weather');
    expect(hoursOf(story.clock(onSite, 10).counted)).toBe(6);
    expect(story.clock(onSite, 10).dueAt).toBe(hour(28));
  });

  it('is half-open: paused at its first instant, running at its end', () => {
    const story = Story.of().pause(2).resume(4);
    expect(story.clock(onSite, 2)).toMatchObject({ state: 'paused', dueAt: null });
    expect(story.clock(onSite, 4)).toMatchObject({ state: 'running', dueAt: hour(26) });
    expect(story.clock(onSite, 4).intervals.at(-1)).toMatchObject({ from: hour(4), to: null, reason: 'counting' });
  });

  it('does not move a due instant at which it begins', () => {
    const story = Story.of().pause(24);
    expect(story.clock(onSite, 24)).toMatchObject({ state: 'running', dueAt: hour(24) });
    expect(story.clock(onSite, 25)).toMatchObject({ state: 'breached', breach: { at: hour(24) } });
    const named = Story.of().customerTime(24, 1, 30, 31);
    expect(named.clock(onSite, 24)).toMatchObject({ state: 'running', dueAt: hour(24) });
    expect(named.clock(onSite, 24.5)).toMatchObject({ state: 'breached', breach: { at: hour(24) } });
  });

  it.each(['weather', 'road', 'other', 'waiting-part'] as const)('%s does not pause by default', (reason) => {
    expect(Story.of().pause(2, reason).clock(onSite, 10)).toMatchObject({ state: 'running', dueAt: hour(24) });
  });

  it('never pauses for our own part, whatever the policy says', () => {
    const story = Story.of(policyOf('p', { restore: 72 }, { pausedBy: ['waiting-part'] })).pause(2, 'waiting-part');
    expect(story.clock(restore, 10).state).toBe('running');
  });

  it('ends at an arrival', () => {
    const story = Story.of().dispatch(1).pause(2).arrive(5);
    expect(story.clock(restore, 6)).toMatchObject({ state: 'running', counted: hour(3) - hour(0) });
    expect(hoursOf(story.clock(onSite, 6).counted)).toBe(2);
  });
});

describe("the customer's time (rule 3)", () => {
  const promise = 'customerPromise:1:1';

  it('suspends visit targets while it stands and restore until its beginning', () => {
    const story = Story.of().dispatch(1).customerTime(4, 1, 30, 32);
    expect(story.states(10)).toEqual([
      `${onSite} suspended`,
      `${restore} paused`,
      'appointment:V1:1 suspended',
      'visitAfterNotice:V1:1 suspended',
      `${promise} running`,
    ]);
    expect(story.clock(onSite, 10)).toMatchObject({ dueAt: null, counted: hour(4) - hour(0) });
    expect(story.clock(restore, 10).dueAt).toBe(hour(98));
    expect(hoursOf(story.clock(restore, 31).counted)).toBe(5);
  });

  it.each([
    { arrival: 29, state: 'met', early: true },
    { arrival: 30, state: 'met', early: false },
    { arrival: 32, state: 'met', early: false },
    { arrival: 32.001, state: 'breached', early: false },
  ])('an arrival at hour $arrival of a promise from 30 to 32 is $state', ({ arrival, state, early }) => {
    const story = Story.of().dispatch(1).customerTime(4, 1, 30, 32).arrive(arrival);
    expect(story.clock(promise, 40)).toMatchObject({ state, early, dueAt: hour(32) });
    expect(story.clock(onSite, 40)).toMatchObject({ state: 'replaced', dueAt: null, stoppedAt: hour(arrival) });
    expect(story.clock('visitAfterNotice:V1:1', 40).state).toBe('replaced');
  });

  it('is never paused', () => {
    expect(Story.of().customerTime(4, 1, 30, 32).pause(5).clock(promise, 10)).toMatchObject({
      state: 'running',
      dueAt: hour(32),
    });
  });

  it('lets them run on when it is withdrawn', () => {
    const story = Story.of().customerTime(4, 1, 30, 32).tell('CustomerTimeWithdrawn', 10, { promise: 1 });
    expect(story.clock(onSite, 11)).toMatchObject({ state: 'running', dueAt: hour(30) });
    expect(story.clock(restore, 11)).toMatchObject({ state: 'running', dueAt: hour(78) });
    expect(story.clock(promise, 11)).toMatchObject({ state: 'cancelled', stoppedAt: hour(10) });
  });

  it('is replaced by a newer one', () => {
    const story = Story.of().customerTime(4, 1, 30, 32).customerTime(10, 2, 50, 52);
    expect(story.clock(promise, 11)).toMatchObject({ state: 'replaced', stoppedAt: hour(10) });
    expect(story.clock('customerPromise:2:1', 11)).toMatchObject({
      state: 'running',
      startedAt: hour(10),
      dueAt: hour(52),
    });
    expect(story.clock(onSite, 40)).toMatchObject({ state: 'suspended', counted: hour(4) - hour(0) });
  });

  it('leaves clocks alone that were breached or met before', () => {
    const breached = Story.of().dispatch(1).customerTime(25, 1, 30, 32);
    expect(breached.clock(onSite, 26)).toMatchObject({ state: 'breached', counted: hour(26) - hour(0) });
    expect(breached.arrive(31).clock(onSite, 33)).toMatchObject({ state: 'breached', stoppedAt: hour(31) });
    const met = Story.of().dispatch(1).arrive(3).customerTime(4, 1, 30, 32);
    expect(met.clock(onSite, 10)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
  });

  it('stands for a visit that is dispatched later, whose appointment may still be met', () => {
    const story = Story.of().customerTime(1, 1, 30, 32).dispatch(5).tell('AppointmentAgreed', 6, { visitId: 'V1' });
    expect(story.clock('visitAfterNotice:V1:1', 20)).toMatchObject({ state: 'suspended', counted: 0 });
    expect(story.clock('appointment:V1:1', 20)).toMatchObject({ state: 'met', counted: 0, stoppedAt: hour(6) });
  });

  it('is promised whether or not the policy speaks of it', () => {
    expect(
      Story.of(policyOf('p', { restore: 9 }))
        .customerTime(1, 1, 5, 6)
        .clock(promise, 2).within,
    ).toBe(hour(5) - hour(0));
  });
});
