/** Instants at which two things meet. */
import { builtIn, hour, policyOf, Story } from './story.testing';

const onSite = 'onSiteResponse:-:1';
const swapped = policyOf('q', { onSiteResponse: 12, restore: 48 }, { warnAt: [50] });

describe('a policy that is swapped', () => {
  it('just when the new time is used up is no breach by the swap', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [] })).triage(12, swapped);
    expect(story.clock(onSite, 12)).toMatchObject({ state: 'running', dueAt: hour(12) });
    expect(story.clock(onSite, 13).breach).toMatchObject({ at: hour(12), cause: 'elapsed' });
    const late = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [] })).triage(12.001, swapped);
    expect(late.clock(onSite, 13).breach).toMatchObject({ at: hour(12), cause: 'policy-change' });
  });

  it('just at one of its steps raises it', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [] })).triage(6, swapped);
    expect(story.work(6)).toEqual([`6 SlaWarningRaised ${onSite} 50`]);
  });

  it('dated back arms its steps anew from when it was recorded, too', () => {
    const story = Story.of(policyOf('p', { onSiteResponse: 24 }, { warnAt: [50] }));
    expect(story.work(12)).toEqual([`12 SlaWarningRaised ${onSite} 50`]);
    story.triage(10, policyOf('r', { onSiteResponse: 24 }, { warnAt: [50, 60] }), 'fault', { recorded: 13 });
    expect(story.work(13)).toEqual([`12 SlaWarningRaised ${onSite} 50`]);
    expect(story.work(13)).toEqual([]);
  });

  it('gains no visit target for a cycle that was over before', () => {
    const complaint = policyOf('c', { restore: 168 });
    const story = Story.of(complaint, 'complaint').tell('CaseClosed', 5).tell('CaseReopened', 6).triage(7, builtIn());
    expect(story.clocks(8).map(({ clockId }) => clockId)).toEqual(['restore:-:1', 'onSiteResponse:-:2', 'restore:-:2']);
  });
});

describe('a repair', () => {
  it('stops the clock of its own cycle, whatever comes after a reopening', () => {
    const story = Story.of()
      .dispatch(1)
      .arrive(4)
      .complete(5)
      .tell('CaseClosed', 6)
      .tell('CaseReopened', 7)
      .dispatch(7.5, 'V2')
      .arrive(8, 'V2');
    expect(story.clock('restore:-:1', 9)).toMatchObject({ state: 'met', stoppedAt: hour(5) });
    expect(story.clock('restore:-:2', 9).state).toBe('running');
  });
});

describe('an imported case that is still running', () => {
  it('asks nobody about a breach that it never published', () => {
    const story = new Story().tell(
      'FaultReported',
      0,
      { caseType: 'fault', sla: builtIn() },
      { recorded: 90, source: 's' },
    );
    story.pause(20, 'waiting-customer', { recorded: 95 });
    expect(story.work(96)).toEqual([]);
    expect(story.clock(onSite, 96)).toMatchObject({ state: 'paused', breach: null });
  });
});

describe('an interval', () => {
  it('that begins with the customer’s own time belongs to his naming, whatever was last before', () => {
    const story = Story.of().customerTime(1, 1, 6, 8).dispatch(3);
    expect(
      story.clock('restore:-:1', 7).intervals.map(({ from, counted, event }) => [from, counted, event.type]),
    ).toEqual([
      [hour(0), true, 'FaultReported'],
      [hour(1), false, 'CustomerTimeRequested'],
      [hour(6), true, 'CustomerTimeRequested'],
    ]);
  });

  it('that begins with a resume belongs to the resume, though the customer’s own time has begun before', () => {
    const story = Story.of().customerTime(1, 1, 6, 40).pause(7).resume(9);
    expect(story.clock('restore:-:1', 10).intervals.at(-1)).toMatchObject({
      from: hour(9),
      event: { type: 'CaseResumed' },
    });
  });
});
