import { builtIn, hour, policyOf, Story } from './story.testing';

const onSite = 'onSiteResponse:-:1';
const restore = 'restore:-:1';
const MS = 1 / 3_600_000;

describe('steps and breaches', () => {
  it('records every missed step with its true instant before the breach, once', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }));
    expect(story.work(33)).toEqual([
      `12 SlaWarningRaised ${onSite} 50`,
      `18 SlaWarningRaised ${onSite} 75`,
      `21.6 SlaWarningRaised ${onSite} 90`,
      `24 SlaBreached ${onSite} elapsed`,
    ]);
    expect(story.work(33)).toEqual([]);
    expect(story.clock(onSite, 34)).toMatchObject({
      breach: { recordedAt: hour(33) },
      steps: [{ raisedAt: hour(33) }, { raisedAt: hour(33) }, { raisedAt: hour(33) }],
    });
  });

  it('catches up after nine hours without a double', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }));
    expect(story.work(18)).toHaveLength(2);
    expect(story.work(27)).toEqual([`21.6 SlaWarningRaised ${onSite} 90`, `24 SlaBreached ${onSite} elapsed`]);
  });

  it('records a step that fell before the stop, none at or after it', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }))
      .dispatch(1)
      .arrive(18);
    expect(story.work(40)).toEqual([`12 SlaWarningRaised ${onSite} 50`]);
  });

  it('records nothing at the due instant and the breach a millisecond later', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [] }));
    expect(story.work(24)).toEqual([]);
    expect(story.work(24 + MS)).toEqual([`24 SlaBreached ${onSite} elapsed`]);
  });

  it('records nothing while paused, and shifted steps after it', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 })).pause(2);
    expect(story.work(50)).toEqual([]);
    story.resume(52);
    expect(story.work(62)).toEqual([`62 SlaWarningRaised ${onSite} 50`]);
  });

  it('settles ten policies at once', () => {
    const stories = Array.from({ length: 10 }, (_, n) =>
      Story.of(policyOf(`p${n}`, { onSiteResponse: n + 1, restore: 20 })),
    );
    const breaches = stories.map((story) => story.work(15).filter((fact) => fact.includes('SlaBreached')));
    expect(breaches).toEqual(stories.map((_, n) => [`${n + 1} SlaBreached ${onSite} elapsed`]));
  });
});

describe('the next step', () => {
  const story = () => Story.of(policyOf('p', { onSiteResponse: 24 }));

  it('is the next warning, then the millisecond after the due instant, then nothing', () => {
    const told = story();
    expect(told.next(0)).toBe(12);
    told.work(12);
    expect(told.next(12)).toBe(18);
    told.work(22);
    expect(told.next(22)).toBeCloseTo(24 + MS, 9);
    told.work(25);
    expect(told.next(25)).toBeNull();
  });

  it('is overdue where something was missed', () => {
    expect(story().next(20)).toBe(12);
  });

  it('is none while paused, suspended, stopped or closed', () => {
    expect(story().pause(2).next(3)).toBeNull();
    expect(story().dispatch(1).arrive(2).next(3)).toBeNull();
    expect(Story.of().tell('CaseClosed', 2).next(3)).toBeNull();
    const suspended = Story.of(policyOf('p', { onSiteResponse: 24, customerPromise: 1 }, { warnAt: [] }));
    expect(suspended.customerTime(2, 1, 30, 32).next(3)).toBeCloseTo(32 + MS, 9);
  });

  it('sees the time from which restore counts again', () => {
    const told = Story.of(policyOf('p', { restore: 72, customerPromise: 1 }))
      .dispatch(1)
      .customerTime(0, 1, 40, 1000);
    expect(told.next(1)).toBe(40 + 36);
  });

  it('looks through a fact that a fast device clock dated ahead', () => {
    const told = story().dispatch(1).arrive(11.9, 'V1', { recorded: 11.8 });
    expect(told.next(11.8)).toBeNull();
    const paused = story().pause(11.9, 'waiting-customer', { recorded: 11.8 });
    expect(paused.clock(onSite, 11.8).state).toBe('running');
    expect(paused.next(11.8)).toBeNull();
  });
});

describe('a swap of policy at triage (rule 7)', () => {
  const day = policyOf('day', { onSiteResponse: 24, restore: 72 });
  const half = policyOf('half', { onSiteResponse: 12, restore: 36 });
  const only = policyOf('only', { restore: 36 });

  it('keeps start and pauses', () => {
    const story = Story.of(day).pause(1).resume(4).triage(6, half);
    expect(story.clock(onSite, 7)).toMatchObject({ startedAt: hour(0), dueAt: hour(15), policy: { id: 'half' } });
  });

  it('keeps a pause that is open when the priority is raised', () => {
    const story = Story.of(day).pause(1).triage(5, half);
    expect(story.clock(onSite, 6)).toMatchObject({ state: 'paused', dueAt: null, counted: hour(1) - hour(0) });
    expect(story.resume(8).clock(onSite, 9).dueAt).toBe(hour(19));
  });

  it('does not count what the former policy had paused', () => {
    const story = Story.of(day)
      .pause(1)
      .resume(4)
      .triage(6, policyOf('strict', { onSiteResponse: 12 }, { pausedBy: [] }));
    expect(story.clock(onSite, 7).dueAt).toBe(hour(15));
    expect(story.pause(8).clock(onSite, 9).state).toBe('running');
  });

  it('is a breach with its own cause where the deadline thereby lies in the past', () => {
    const story = Story.of(day).triage(13, half);
    expect(story.clock(onSite, 13)).toMatchObject({
      state: 'breached',
      breach: { at: hour(12), cause: 'policy-change' },
    });
    expect(story.work(13)).toEqual([`12 SlaWarningRaised ${onSite} 50`, `12 SlaBreached ${onSite} policy-change`]);
  });

  it('arms steps that lie ahead again, and those only', () => {
    const story = Story.of(policyOf('half', { onSiteResponse: 12 }));
    story.work(7);
    story.triage(7, policyOf('long', { onSiteResponse: 24 }));
    expect(story.next(7)).toBe(12);
    expect(story.work(23)).toEqual([
      `12 SlaWarningRaised ${onSite} 50`,
      `18 SlaWarningRaised ${onSite} 75`,
      `21.6 SlaWarningRaised ${onSite} 90`,
    ]);
    const shorter = Story.of(policyOf('long', { onSiteResponse: 24 })).triage(
      10,
      policyOf('half', { onSiteResponse: 12 }),
    );
    expect(shorter.work(11)).toEqual([`10.8 SlaWarningRaised ${onSite} 90`]);
  });

  it('does not arm anything where triage confirms the policy', () => {
    const story = Story.of(day);
    story.work(12);
    expect(story.triage(12, day).work(13)).toEqual([]);
  });

  it('cancels a lost target and lets it run on when it is regained', () => {
    const story = Story.of(day).triage(6, only);
    expect(story.clock(onSite, 7)).toMatchObject({ state: 'cancelled', stoppedAt: hour(6) });
    expect(story.next(6)).toBe(18);
    expect(story.triage(8, day).clock(onSite, 9)).toMatchObject({ state: 'running', stoppedAt: null, dueAt: hour(24) });
  });

  it('starts a gained target at its own start fact', () => {
    const story = Story.of(only).dispatch(2).triage(6, day);
    expect(story.states(5)).toEqual([`${restore} running`]);
    expect(story.clock(onSite, 7)).toMatchObject({ state: 'running', startedAt: hour(0), dueAt: hour(24) });
    const late = Story.of(only).triage(25, day);
    expect(late.clock(onSite, 26)).toMatchObject({
      state: 'breached',
      breach: { at: hour(24), cause: 'policy-change' },
    });
    const stopped = Story.of(only).dispatch(1).arrive(3).triage(6, day);
    expect(stopped.clock(onSite, 7)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
  });

  it('leaves a breached clock to the version that it was judged by, and ends it when its target is lost', () => {
    const story = Story.of(half).triage(13, day);
    expect(story.clock(onSite, 14)).toMatchObject({ state: 'breached', policy: { id: 'half' }, stoppedAt: null });
    expect(story.triage(15, only).clock(onSite, 16)).toMatchObject({ state: 'breached', stoppedAt: hour(15) });
  });

  it('gains and loses visit targets with the kind of case', () => {
    const story = Story.of(builtIn('enquiry'), 'enquiry').triage(3, builtIn('fault'), 'fault');
    expect(story.states(4)).toEqual([`${onSite} running`, `${restore} running`]);
    expect(story.triage(5, builtIn('complaint'), 'complaint').states(6)).toEqual([
      `${onSite} cancelled`,
      `${restore} running`,
    ]);
    expect(story.clock(restore, 6)).toMatchObject({ dueAt: hour(168), policy: { id: 'built-in-complaint' } });
  });
});

describe('imported history', () => {
  const source = 'helpdesk';

  it('is judged by when it happened and records nothing up to the import', () => {
    const story = new Story()
      .tell('FaultReported', 0, { caseType: 'fault', sla: builtIn() }, { recorded: 60, source })
      .tell('NoteAdded', 30, { kind: 'note' }, { recorded: 61, source });
    expect(story.clock(onSite, 70)).toMatchObject({ state: 'breached', breach: { at: hour(24), recordedAt: null } });
    expect(story.work(61)).toEqual([]);
    expect(story.next(61)).toBeCloseTo(64.8, 9);
    expect(story.work(73)).toEqual([`64.8 SlaWarningRaised ${restore} 90`, `72 SlaBreached ${restore} elapsed`]);
  });

  it('is never late', () => {
    const story = new Story()
      .tell('FaultReported', 0, { caseType: 'fault', sla: builtIn() }, { recorded: 60, source })
      .tell('TechnicianArrived', 5, { visitId: 'V1' }, { recorded: 60, source });
    expect(story.clock(onSite, 70)).toMatchObject({ state: 'met', breach: null });
    expect(story.work(61)).toEqual([]);
  });
});
