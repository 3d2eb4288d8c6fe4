import { hour, policyOf, Story } from './story.testing';

const clock = 'partsWait:c1.1:1';
const asked = (story: Story, at = 1, quantity = 2): Story =>
  story.tell('PartRequested', at, { partRequestId: 'c1.1', quantity });
const received = (story: Story, at: number, quantity: number, partRequestId = 'c1.1'): Story =>
  story.tell('PartReceived', at, { partRequestId, quantity });

describe('waiting for a part', () => {
  it('runs from the request for 72 h, whatever its source, and is met when everything has come', () => {
    const story = asked(Story.of());
    expect(story.clock(clock, 2)).toMatchObject({
      target: 'partsWait',
      subject: 'c1.1',
      state: 'running',
      startedAt: hour(1),
      dueAt: hour(73),
    });
    story.tell('PartAllocated', 2, { partRequestId: 'c1.1', depotId: 'd', lines: [] });
    story.tell('PartRequestDeclined', 3, { partRequestId: 'c1.1', depotId: 'd' });
    expect(story.clock(clock, 4)).toMatchObject({ state: 'running', dueAt: hour(73) });
    received(story, 10, 1);
    expect(story.clock(clock, 11).state).toBe('running');
    received(story, 20, 1);
    expect(story.clock(clock, 21)).toMatchObject({ state: 'met', stoppedAt: hour(20) });
  });

  it('waits for all parts of it, those that were short and asked for again too', () => {
    const story = asked(Story.of());
    received(story, 10, 1, 'c1.1.1');
    story.tell('PartShortageReported', 11, { partRequestId: 'c1.1.2', quantity: 1, reason: 'lost', child: 'c1.1.2.1' });
    expect(story.clock(clock, 12).state).toBe('running');
    received(story, 13, 1, 'c1.10');
    expect(story.clock(clock, 14).state).toBe('running');
    received(story, 30, 1, 'c1.1.2.1');
    expect(story.clock(clock, 31)).toMatchObject({ state: 'met', stoppedAt: hour(30) });
  });

  it('ends cancelled where nothing had come, met where the rest was cancelled', () => {
    const nothing = asked(Story.of()).tell('PartRequestCancelled', 5, { partRequestId: 'c1.1', quantity: 2 });
    expect(nothing.clock(clock, 6).state).toBe('cancelled');
    const rest = received(asked(Story.of()), 5, 1).tell('PartRequestCancelled', 6, {
      partRequestId: 'c1.1',
      quantity: 1,
    });
    expect(rest.clock(clock, 7)).toMatchObject({ state: 'met', stoppedAt: hour(6) });
  });

  it('is breached when it is late, and stays so', () => {
    const story = asked(Story.of());
    expect(story.clock(clock, 74).breach).toMatchObject({ at: hour(73) });
    received(story, 80, 2);
    expect(story.clock(clock, 81)).toMatchObject({ state: 'breached', stoppedAt: hour(80) });
  });

  it('is our own time: neither a customer’s time nor a pause holds it', () => {
    const story = asked(Story.of()).customerTime(2, 1, 40, 42).pause(3, 'waiting-part').pause(4, 'waiting-customer');
    const { state, dueAt, intervals } = story.clock(clock, 10);
    expect([state, dueAt, intervals.every(({ counted }) => counted)]).toEqual(['running', hour(73), true]);
    expect(story.clock('restore:-:1', 10).state).toBe('paused');
  });

  it('ends with the case', () => {
    expect(asked(Story.of()).tell('CaseCancelled', 5).clock(clock, 6).state).toBe('cancelled');
    expect(asked(Story.of()).tell('CaseMerged', 5, { into: 'c0' }).clock(clock, 6).state).toBe('voided');
  });

  it('is judged by the policy, where it names it', () => {
    const story = asked(Story.of(policyOf('quick', { partsWait: 24, restore: 72 })));
    expect(story.clock(clock, 2)).toMatchObject({ dueAt: hour(25), policy: { id: 'quick', version: 1 } });
  });
});
