import { hour, policyOf, Story } from './story.testing';

const onSite = 'onSiteResponse:-:1';
const restore = 'restore:-:1';

describe('settlement at closing (rule 6)', () => {
  it('stops restore first and cancels what is neither stopped nor past due', () => {
    const story = Story.of().dispatch(1).customerTime(2, 1, 30, 32).tell('CaseClosed', 10);
    expect(story.states(20)).toEqual([
      `${onSite} cancelled`,
      `${restore} met`,
      'appointment:V1:1 cancelled',
      'visitAfterNotice:V1:1 cancelled',
      'customerPromise:1:1 cancelled',
    ]);
    expect(story.clock(restore, 20)).toMatchObject({
      stoppedAt: hour(10),
      stoppedBy: { type: 'CaseClosed', position: '4' },
    });
    expect(story.next(20)).toBeNull();
  });

  it('leaves what is past due breached and stops it', () => {
    const story = Story.of().tell('CaseClosed', 73);
    expect(story.clock(restore, 80)).toMatchObject({ state: 'breached', stoppedAt: hour(73) });
    expect(story.clock(onSite, 80)).toMatchObject({ state: 'breached', stoppedAt: hour(73) });
    expect(story.clock(onSite, 80).intervals.at(-1)?.to).toBe(hour(73));
  });

  it('keeps the completion that had stopped restore', () => {
    const story = Story.of().dispatch(1).arrive(2).complete(3).tell('CaseClosed', 100);
    expect(story.clock(restore, 101)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
  });

  it('begins both case clocks anew at a reopening, closed time uncounted', () => {
    const story = Story.of().dispatch(1).arrive(2).complete(3).pause(4).tell('CaseClosed', 5).tell('CaseReopened', 50);
    expect(story.clock('onSiteResponse:-:2', 60)).toMatchObject({
      cycle: 2,
      state: 'running',
      startedAt: hour(50),
      dueAt: hour(74),
    });
    expect(story.clock('restore:-:2', 60)).toMatchObject({ state: 'running', counted: hour(10) - hour(0) });
    expect(story.clock(onSite, 60)).toMatchObject({ state: 'met', stoppedAt: hour(2) });
    expect(story.clock(restore, 60)).toMatchObject({ state: 'met', stoppedAt: hour(3) });
    story.dispatch(51, 'V2').arrive(52, 'V2').complete(53, true, 'V2');
    expect(story.states(60)).toEqual([
      `${onSite} met`,
      `${restore} met`,
      'appointment:V1:1 met',
      'visitAfterNotice:V1:1 met',
      'onSiteResponse:-:2 met',
      'restore:-:2 met',
      'appointment:V2:2 met',
      'visitAfterNotice:V2:2 met',
    ]);
  });

  it('forgets pauses and promises of the closed case', () => {
    const story = Story.of().pause(1).customerTime(2, 1, 90, 95).tell('CaseClosed', 5).tell('CaseReopened', 6);
    expect(story.clock('onSiteResponse:-:2', 7)).toMatchObject({ state: 'running', dueAt: hour(30) });
    expect(story.clock('customerPromise:1:1', 7).state).toBe('cancelled');
  });
});

describe('cancelling, declining, withdrawing, merging (rule 6)', () => {
  it('cancels what is not past due', () => {
    const story = Story.of().dispatch(1).tell('CaseCancelled', 25);
    expect(story.states(26)).toEqual([
      `${onSite} breached`,
      `${restore} cancelled`,
      'appointment:V1:1 cancelled',
      'visitAfterNotice:V1:1 cancelled',
    ]);
  });

  it.each(['DispatchDeclined', 'DispatchWithdrawn'] as const)('%s ends the clocks of its visit only', (type) => {
    const story = Story.of().dispatch(1).tell(type, 2, { visitId: 'V1' });
    expect(story.states(3)).toEqual([
      `${onSite} running`,
      `${restore} running`,
      'appointment:V1:1 cancelled',
      'visitAfterNotice:V1:1 cancelled',
    ]);
    const late = Story.of().dispatch(1).tell(type, 26, { visitId: 'V1' });
    expect(late.clock('appointment:V1:1', 27)).toMatchObject({ state: 'breached', stoppedAt: hour(26) });
  });

  it('voids every clock of a merged case, whatever it was', () => {
    const story = Story.of().dispatch(1).arrive(2).customerTime(3, 1, 5, 6);
    story.work(30);
    story.tell('CaseMerged', 31);
    expect(new Set(story.clocks(32).map(({ state }) => state))).toEqual(new Set(['voided']));
    expect(story.clock('customerPromise:1:1', 32).breach).toMatchObject({ at: hour(6), recordedAt: hour(30) });
    expect(story.work(33)).toEqual([]);
  });
});

describe('exemptions', () => {
  const day = policyOf('p', { onSiteResponse: 24 }, { warnAt: [] });
  const asked = { exemptionId: 'X1', target: onSite };

  it('a pending or refused one changes nothing', () => {
    const story = Story.of(day).tell('ExemptionRequested', 1, asked);
    expect(story.clock(onSite, 2)).toMatchObject({
      state: 'running',
      exemption: { exemptionId: 'X1', state: 'pending' },
    });
    story.tell('ExemptionRefused', 3, asked);
    expect(story.clock(onSite, 30)).toMatchObject({ state: 'breached', exemption: { state: 'refused' } });
  });

  it('approved before due ends the clock', () => {
    const story = Story.of(day).tell('ExemptionRequested', 1, asked).approveExemption(5, onSite);
    expect(story.work(5)).toEqual([`5 ClockExempted ${onSite}`]);
    expect(story.clock(onSite, 30)).toMatchObject({
      state: 'exempted',
      stoppedAt: hour(5),
      breach: null,
      dueAt: hour(24),
    });
    expect(story.work(40)).toEqual([]);
    expect(story.next(40)).toBeNull();
  });

  it('approved after the breach keeps the breach', () => {
    const story = Story.of(day);
    story.work(25);
    story.approveExemption(26, onSite);
    expect(story.clock(onSite, 27)).toMatchObject({
      state: 'exempted',
      breach: { at: hour(24), recordedAt: hour(25) },
    });
    expect(story.work(27)).toEqual([`26 ClockExempted ${onSite}`]);
    expect(story.work(28)).toEqual([]);
  });

  it('dated back before a published breach does not say that it never happened', () => {
    const story = Story.of(day);
    story.work(25);
    story.approveExemption(23, onSite, { recorded: 26 });
    expect(story.work(26)).toEqual([`23 ClockExempted ${onSite}`]);
    expect(story.clock(onSite, 27)).toMatchObject({
      state: 'exempted',
      breach: { at: hour(24), recordedAt: hour(25) },
    });
  });

  it('of a breached clock that had stopped', () => {
    const story = Story.of(day).dispatch(1).arrive(30).approveExemption(40, onSite);
    expect(story.clock(onSite, 41)).toMatchObject({ state: 'exempted', stoppedAt: hour(30), breach: { at: hour(24) } });
  });

  it('of a clock that was met leaves it met', () => {
    expect(Story.of(day).dispatch(1).arrive(3).approveExemption(4, onSite).clock(onSite, 5).state).toBe('met');
  });

  it('of another clock is no exemption of this one', () => {
    expect(Story.of(day).approveExemption(4, restore).clock(onSite, 5)).toMatchObject({
      state: 'running',
      exemption: null,
    });
  });
});
