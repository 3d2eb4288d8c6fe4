import { hour, policyOf, Story } from './story.testing';

const onSite = 'onSiteResponse:-:1';
const restore = 'restore:-:1';
const MS = 1 / 3_600_000;
const day = policyOf('p', { onSiteResponse: 24 }, { warnAt: [] });
const both = policyOf('p', { onSiteResponse: 24, restore: 72 }, { warnAt: [] });

describe('a late arrival, appointment or completion (rule 5)', () => {
  it.each([
    { recorded: 24.5, facts: [`24.5 BreachVoided ${onSite}`], state: 'met' },
    { recorded: 25, facts: [`25 BreachVoided ${onSite}`], state: 'met' },
    { recorded: 25 + MS, facts: [`${25 + MS} VoidingRequested ${onSite}`], state: 'breached' },
  ])('dated hour 23 and recorded at $recorded is $state', ({ recorded, facts, state }) => {
    const story = Story.of(day).dispatch(1);
    story.work(24.2);
    story.arrive(23, 'V1', { recorded });
    expect(story.work(recorded)).toEqual(facts);
    expect(story.clock(onSite, recorded).state).toBe(state);
    expect(story.work(recorded + 1)).toEqual([]);
  });

  it('shows the voided breach and what voided it', () => {
    const story = Story.of(day).dispatch(1);
    story.work(24.2);
    story.arrive(23, 'V1', { recorded: 24.5 }).work(24.5);
    expect(story.clock(onSite, 30)).toMatchObject({
      state: 'met',
      stoppedAt: hour(23),
      breach: { at: hour(24), recordedAt: hour(24.2), voided: { by: 'late-fact', recordedAt: hour(24.5) } },
    });
    expect(story.published.at(-1)?.data).toMatchObject({
      factType: 'TechnicianArrived',
      dueAt: '2026-11-24T01:00:00.000Z',
    });
  });

  it('publishes no breach that a believed fact takes back before anyone saw it', () => {
    const story = Story.of(day).dispatch(1).arrive(23, 'V1', { recorded: 24.5 });
    expect(story.work(25)).toEqual([]);
    expect(story.clock(onSite, 26)).toMatchObject({ state: 'met', breach: null });
  });

  it('does not need a worker to have been awake to be doubted', () => {
    const story = Story.of(day).dispatch(1).arrive(23, 'V1', { recorded: 33, by: 'T1' });
    expect(story.work(33)).toEqual([`24 SlaBreached ${onSite} elapsed`, `33 VoidingRequested ${onSite}`]);
    expect(story.clock(onSite, 33).stoppedAt).toBe(hour(33));
    expect(story.clock(onSite, 33).breach).toMatchObject({
      pendingVoiding: true,
      contestedBy: [{ type: 'TechnicianArrived', at: hour(23), recordedBy: 'T1' }],
    });
  });

  it('counts as having happened when it was recorded until it is approved', () => {
    const story = Story.of(day).dispatch(1).arrive(23, 'V1', { recorded: 33 });
    expect(story.clock(onSite, 40)).toMatchObject({ state: 'breached', stoppedAt: hour(33) });
    expect(story.clock(onSite, 40).stoppedBy).toMatchObject({ type: 'TechnicianArrived', claimedAt: hour(23) });
    story.work(33);
    story.decide(35, 'BreachVoided', onSite);
    expect(story.clock(onSite, 40)).toMatchObject({ state: 'met', stoppedAt: hour(23), counted: hour(23) - hour(0) });
    expect(story.clock(onSite, 40).stoppedBy).not.toHaveProperty('claimedAt');
    expect(story.clock(onSite, 40).breach).toMatchObject({ voided: { by: 'approval' } });
    expect(story.work(40)).toEqual([]);
  });

  it('stays breached for good when it is refused', () => {
    const story = Story.of(day).dispatch(1).arrive(23, 'V1', { recorded: 33 });
    story.work(33);
    story.decide(35, 'VoidingRefused', onSite);
    const refused = story.clock(onSite, 40);
    expect(refused).toMatchObject({ state: 'breached', stoppedAt: hour(33), stoppedBy: { claimedAt: hour(23) } });
    expect(story.clock(onSite, 40).breach?.pendingVoiding).toBeUndefined();
    expect(story.work(40)).toEqual([]);
  });

  it('is asked about again when another late fact comes after a refusal', () => {
    const story = Story.of(both).dispatch(1).pause(20, 'waiting-customer', { recorded: 30 });
    story.work(30);
    story.decide(31, 'VoidingRefused', onSite);
    expect(story.work(32)).toEqual([]);
    story.arrive(23, 'V1', { recorded: 33 });
    expect(story.work(33)).toEqual([`33 VoidingRequested ${onSite}`]);
  });

  it('is judged for each clock by its own due instant', () => {
    const story = Story.of(both).dispatch(1).arrive(5).complete(10, true, 'V1', { recorded: 70 });
    expect(story.clock(restore, 71)).toMatchObject({ state: 'met', stoppedAt: hour(10), breach: null });
    const late = Story.of(both).dispatch(1).arrive(5).complete(71, true, 'V1', { recorded: 80 });
    expect(late.clock(restore, 81)).toMatchObject({ state: 'breached', breach: { pendingVoiding: true } });
  });
});

describe('a pause or customer time dated before the due instant but recorded after it (rule 5)', () => {
  it.each([
    ['pause', (story: Story) => story.pause(23.9, 'waiting-customer', { recorded: 24.1 })],
    ['customer time', (story: Story) => story.customerTime(23.9, 1, 40, 42, { recorded: 24.1 })],
  ] as const)('%s: however little late, it waits for a supervisor', (_, tell) => {
    const story = tell(Story.of(day));
    expect(story.work(24.2)).toEqual([`24 SlaBreached ${onSite} elapsed`, `24.2 VoidingRequested ${onSite}`]);
    expect(story.clock(onSite, 25)).toMatchObject({ state: 'breached', breach: { pendingVoiding: true } });
  });

  it('goes on as running when it is approved, and steps that lie ahead arm again', () => {
    const steps = policyOf('p', { onSiteResponse: 24 }, { warnAt: [50, 90] });
    const story = Story.of(steps);
    story.work(25);
    story.pause(20, 'waiting-customer', { recorded: 26 }).resume(30);
    story.work(26);
    story.decide(31, 'BreachVoided', onSite);
    expect(story.clock(onSite, 31)).toMatchObject({ state: 'running', dueAt: hour(34), counted: hour(21) - hour(0) });
    expect(story.next(31)).toBeCloseTo(31.6, 9);
    expect(story.work(33)).toEqual([`31.6 SlaWarningRaised ${onSite} 90`]);
    expect(story.work(35)).toEqual([`34 SlaBreached ${onSite} elapsed`]);
    expect(story.work(36)).toEqual([]);
  });

  it('recorded up to the due instant is simply a fact', () => {
    for (const recorded of [23.9, 24]) {
      const story = Story.of(day).pause(20, 'waiting-customer', { recorded });
      expect(story.work(40)).toEqual([]);
      expect(story.clock(onSite, 40).state).toBe('paused');
    }
  });

  it('that does not pause this target opens nothing', () => {
    const story = Story.of(day).pause(20, 'weather', { recorded: 30 });
    expect(story.work(30)).toEqual([`24 SlaBreached ${onSite} elapsed`]);
  });

  it('dated at the due instant or after it changes nothing', () => {
    const story = Story.of(day).pause(24, 'waiting-customer', { recorded: 25 }).customerTime(24.5, 1, 30, 31);
    expect(story.clock(onSite, 26).breach).toEqual({ at: hour(24), cause: 'elapsed', recordedAt: null });
  });

  it('needs no approval any more when an arrival has voided the breach', () => {
    const pauseFirst = Story.of(day).dispatch(1).pause(10, 'waiting-customer', { recorded: 24.5 }).resume(12);
    const both = pauseFirst.arrive(23.5, 'V1', { recorded: 25 });
    expect(both.clock(onSite, 26)).toMatchObject({ state: 'met', counted: hour(21.5) - hour(0) });
  });

  it('cannot hide behind another late fact', () => {
    const story = Story.of(day)
      .dispatch(1)
      .pause(20, 'waiting-customer', { recorded: 30 })
      .resume(23)
      .arrive(23.5, 'V1', { recorded: 31 });
    expect(story.clock(onSite, 32)).toMatchObject({
      state: 'breached',
      breach: { at: hour(24), pendingVoiding: true },
    });
    expect(story.clock(onSite, 32).breach?.contestedBy).toHaveLength(2);
  });
});

describe('other late facts', () => {
  const policy = policyOf('p', { onSiteResponse: 24, visitAfterNotice: 23 }, { warnAt: [] });

  it('a withdrawal that would take back a breach waits for a supervisor', () => {
    const clockId = 'visitAfterNotice:V1:1';
    const story = Story.of(policy).dispatch(1).tell('DispatchWithdrawn', 20, { visitId: 'V1' }, { recorded: 26 });
    story.work(26);
    expect(story.clock(clockId, 27)).toMatchObject({
      state: 'breached',
      breach: { pendingVoiding: true },
      stoppedAt: hour(26),
    });
    story.decide(28, 'BreachVoided', clockId);
    expect(story.clock(clockId, 29)).toMatchObject({ state: 'cancelled', stoppedAt: hour(20) });
  });

  it('a closing dated back stops what it ends by restoring, but lets no breach of another clock go by itself', () => {
    const promises = policyOf('p', { onSiteResponse: 24, restore: 24 }, { warnAt: [] });
    const story = Story.of(promises).tell('CaseClosed', 23, {}, { recorded: 24.5 });
    story.work(24.5);
    expect(story.clock(restore, 25)).toMatchObject({ state: 'met', stoppedAt: hour(23) });
    expect(story.clock(onSite, 25)).toMatchObject({ state: 'breached', breach: { pendingVoiding: true } });
    story.decide(26, 'BreachVoided', onSite);
    expect(story.clock(onSite, 27)).toMatchObject({ state: 'cancelled', stoppedAt: hour(23) });
  });

  it('a cancellation dated back takes back no breach, and asks nobody: the case takes no decision any more', () => {
    const story = Story.of(policy).dispatch(1);
    story.work(25);
    story.tell('CaseCancelled', 20, {}, { recorded: 26 });
    expect(story.work(26)).toEqual([]);
    expect(story.clock(onSite, 27)).toMatchObject({ state: 'breached', stoppedAt: hour(26) });
    expect(story.clock(onSite, 27).breach).not.toHaveProperty('pendingVoiding');
  });

  it('what was pending is pending no more in a cancelled case', () => {
    const story = Story.of(policy).dispatch(1).pause(20, 'waiting-customer', { recorded: 25 });
    story.work(25);
    expect(story.clock(onSite, 26).breach).toMatchObject({ pendingVoiding: true });
    story.tell('CaseCancelled', 26, {});
    expect(story.clock(onSite, 27)).toMatchObject({ state: 'breached', breach: { at: hour(24) } });
    expect(story.clock(onSite, 27).breach).not.toHaveProperty('pendingVoiding');
  });

  it('what happened after a contested breach has no say in it', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [] }));
    story.customerTime(15, 1, 60, 62, { recorded: 25 });
    story.work(26);
    story.triage(34, policyOf('q', { onSiteResponse: 12 }, { warnAt: [] }));
    expect(story.clock(onSite, 35)).toMatchObject({
      state: 'breached',
      policy: { id: 'p' },
      breach: { at: hour(24), cause: 'elapsed', pendingVoiding: true },
    });
  });

  it('a triage dated back does not take back a breach either', () => {
    const story = Story.of(day).triage(20, policyOf('q', { onSiteResponse: 48 }, { warnAt: [] }), 'fault', {
      recorded: 26,
    });
    expect(story.clock(onSite, 27)).toMatchObject({ state: 'breached', policy: { id: 'p' } });
    story.work(27);
    story.decide(28, 'BreachVoided', onSite);
    expect(story.clock(onSite, 29)).toMatchObject({ state: 'running', dueAt: hour(48), policy: { id: 'q' } });
  });

  it('a late arrival under a policy that was tightened in time is doubted', () => {
    const story = Story.of(day).triage(1, policyOf('q', { onSiteResponse: 4 }, { warnAt: [] }), 'fault', {
      recorded: 1 + MS,
    });
    story.dispatch(2).arrive(3, 'V1', { recorded: 10 });
    expect(story.clock(onSite, 11)).toMatchObject({ state: 'breached', breach: { at: hour(4), pendingVoiding: true } });
  });

  it('a resume that comes late shows a breach at its true instant without any request', () => {
    const story = Story.of(day).pause(10).resume(12, 'waiting-customer', { recorded: 40 });
    expect(story.work(40)).toEqual([`26 SlaBreached ${onSite} elapsed`]);
  });

  it('comes to an end: what is approved covers the breach that was published', () => {
    const [plenty, tight] = [
      policyOf('plenty', { restore: 50 }, { warnAt: [], pausedBy: ['weather'] }),
      policyOf('tight', { restore: 36 }, { warnAt: [] }),
    ];
    // All that gives more time becomes known a moment after the tight policy's due instant.
    const late = { recorded: 36 + MS };
    const story = Story.of(tight)
      .customerTime(MS, 1, 1, 2, late)
      .triage(2 * MS, plenty, 'complaint', late)
      .pause(4, 'weather', late)
      .triage(4 + MS, tight, 'fault', { recorded: 4 + 2 * MS });
    for (let approvals = 0; approvals < 3; approvals += 1) {
      story.work(600);
      if (story.clock(restore, 600).breach?.pendingVoiding) story.decide(600, 'BreachVoided', restore);
    }
    expect(story.work(600)).toEqual([]);
    expect(story.clock(restore, 600).breach?.pendingVoiding).toBeUndefined();
  });
});
