import { categoryOf, Rejection, rootOf, type RecordedEvent } from '@fieldcase/eventsourcing';
import { judge, nextStepAt, settle, technicianWeekDecider, type CaseState } from '@fieldcase/domain';
import type { Technician } from '@fieldcase/domain/events';
import { AGENT } from './actors';
import { castOf } from './cast';
import { Diary } from './diary';
import { CREW_SIZE, sampleReference } from './reference';
import { NOW, SampleLog, statusOf, type SampleCaseOfLog } from './sample-log.fixture';
import { STORIES } from './stories';
import { World } from './world';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const tally = (words: readonly string[]): string[] => [...new Set(words)].sort();
const content = ({ streamId, version, eventId, type, data, occurredAt, metadata }: RecordedEvent) => ({
  streamId,
  version,
  eventId,
  type,
  data,
  occurredAt,
  metadata,
});

describe('three hundred sample cases', () => {
  const log = new SampleLog();
  let cases: readonly SampleCaseOfLog[];
  let states: readonly CaseState[];
  beforeAll(async () => {
    await log.add(300);
    cases = await log.cases();
    states = cases.map(({ state }) => state);
  });

  it('are of the last 30 days, in three regions, of every type, with numbers of their own', () => {
    expect(states).toHaveLength(300);
    expect(new Set(states.map(({ number }) => number)).size).toBe(300);
    expect(tally(states.map(({ attributes }) => attributes.region))).toEqual(['东北', '华东', '华中'].sort());
    expect(tally(states.map(({ attributes }) => attributes.caseType))).toEqual([
      'complaint',
      'enquiry',
      'fault',
      'maintenance',
      'upgrade',
    ]);
    for (const { reportedAt } of states) {
      expect(reportedAt).toBeLessThan(NOW);
      expect(reportedAt).toBeGreaterThan(NOW - 30 * DAY - HOUR);
    }
  });

  it('show every status', () => {
    expect(tally(states.map(statusOf))).toEqual(
      [
        'reported',
        'triaged',
        'dispatched',
        'accepted',
        'appointed',
        'travelling',
        'on-site',
        'visit-done',
        'closed',
        'cancelled',
        'merged',
      ].sort(),
    );
  });

  it('show every state of a clock, judged by both season policies and the built-in ones', () => {
    const clocks = states.flatMap(({ sla }) => judge(sla, NOW));
    expect(tally(clocks.map(({ state }) => state))).toEqual(
      ['running', 'paused', 'suspended', 'met', 'breached', 'exempted', 'replaced', 'cancelled', 'voided'].sort(),
    );
    expect(tally(clocks.map(({ policy }) => policy.id))).toEqual([
      'built-in',
      'built-in-complaint',
      'demo-double-harvest',
      'demo-spring-ploughing',
    ]);
    expect(clocks.some(({ breach }) => breach?.voided?.by === 'late-fact')).toBe(true);
  });

  it('leave the timers nothing of the past, and something ahead of every clock that runs', () => {
    for (const { sla } of states) {
      expect(settle(sla, NOW)).toEqual([]);
      const running = judge(sla, NOW).some(({ state }) => state === 'running');
      if (running) expect(nextStepAt(sla, NOW)).toBeGreaterThan(NOW);
    }
  });

  it('had their steps and breaches recorded by the timers, but those that were told only now', () => {
    const facts = cases.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'SlaWarningRaised' || type === 'SlaBreached'),
    );
    expect(tally(facts.map(({ type }) => type))).toEqual(['SlaBreached', 'SlaWarningRaised']);
    const history = facts.filter(({ metadata }) => metadata.source === 'demo');
    expect(tally(history.map(({ metadata }) => metadata.actor))).toEqual(['timers']);
    expect(facts.length).toBeGreaterThan(history.length);
  });

  it('keep the order of time, but for what was told late', () => {
    for (const { events } of cases) {
      const told = events.filter(({ metadata }) => metadata.source === 'demo');
      if (told.some(({ type }) => type === 'BreachVoided')) continue;
      const times = told.map(({ occurredAt }) => occurredAt);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('wait for supervisors, of exemptions and voidings', () => {
    expect(states.some(({ exemptions }) => exemptions.some(({ state }) => state === 'pending'))).toBe(true);
    expect(states.some(({ voidings }) => voidings.length > 0)).toBe(true);
  });

  it('give the technician of the demo something to do, and every region to its own technicians', async () => {
    const visits = states.flatMap((state) => state.visits.map((visit) => ({ ...visit, state })));
    const open = visits.filter(({ technicianId, endedAt }) => technicianId === 'demo-technician' && endedAt === null);
    expect(open.length).toBeGreaterThan(0);
    const technicians = new Map<string, Technician>();
    for (const { type, data } of await log.events()) {
      if (type === 'TechnicianRegistered') technicians.set((data as Technician).id, data as Technician);
    }
    for (const { technicianId, state } of visits) {
      expect(technicians.get(technicianId)?.regions).toEqual([state.attributes.region]);
    }
  });

  it('never book a technician twice, at no version of his week', async () => {
    const weeks = new Map<string, RecordedEvent[]>();
    for (const event of await log.events()) {
      if (categoryOf(event.streamId) !== 'technician-week') continue;
      weeks.set(event.streamId, [...(weeks.get(event.streamId) ?? []), event]);
    }
    expect(weeks.size).toBeGreaterThan(12);
    for (const events of weeks.values()) {
      let week = technicianWeekDecider.initialState;
      for (const event of events) {
        week = technicianWeekDecider.evolve(week, event as never);
        const windows = [...week.windows].sort((a, b) => a.from - b.from);
        windows.forEach(({ from }, index) => expect(from).toBeGreaterThanOrEqual(windows[index - 1]?.to ?? from));
      }
    }
  });

  it('keep personal data apart', async () => {
    const ofCases = (await log.events()).filter(({ streamId }) => categoryOf(streamId) === 'case');
    const text = JSON.stringify(ofCases.map(({ data }) => data));
    for (const word of ['13800', '红旗村', '机主']) expect(text).not.toContain(word);
  });
});

describe('the stories', () => {
  it('meet every technician in time', () => {
    const meets = Array.from({ length: CREW_SIZE }, (_, round) => (round * STORIES.length) % CREW_SIZE);
    expect(new Set(meets).size).toBe(CREW_SIZE);
  });
});

describe('sample data of a seed', () => {
  const logOf = async (...asked: Parameters<SampleLog['add']>) => {
    const log = new SampleLog();
    await log.add(...asked);
    return (await log.events()).map(content);
  };

  it('is the same at the same now', async () => {
    expect(await logOf(60)).toEqual(await logOf(60));
  });

  it('moves with now by whole weeks, and has the same ids', async () => {
    const [then, later] = [await logOf(60), await logOf(60, { now: NOW + 7 * DAY })];
    const ids = (events: typeof then) => events.map(({ eventId }) => eventId).sort();
    expect(ids(later)).toEqual(ids(then));
    const reports = (events: typeof then) => events.filter(({ type }) => type === 'FaultReported');
    reports(later).forEach(({ occurredAt }, index) => {
      expect(occurredAt).toBe((reports(then)[index]?.occurredAt ?? 0) + 7 * DAY);
    });
  });

  it('has nothing in common with that of another seed, in one log either', async () => {
    const log = new SampleLog();
    await log.add(60);
    const first = new Set((await log.events()).map(({ eventId }) => eventId));
    expect(await log.add(60, { seed: 2 })).toMatchObject({ cases: { added: 60, inLog: 60 } });
    const second = (await log.events()).slice(first.size);
    for (const { eventId } of second) expect(first).not.toContain(eventId);
    const states = (await log.cases()).map(({ state }) => state);
    expect(new Set(states.map(({ number }) => number)).size).toBe(120);
  });

  it.each([1, 2, 46, 48, 301])('makes %i cases when asked for as many', async (count) => {
    const log = new SampleLog();
    expect(await log.add(count)).toMatchObject({ cases: { added: count, inLog: count } });
    expect(await log.cases()).toHaveLength(count);
  });

  it('grows when more are asked for, and never shrinks', async () => {
    const log = new SampleLog();
    await log.add(20);
    expect(await log.add(50, { now: NOW + DAY })).toMatchObject({ cases: { asked: 50, added: 30, inLog: 50 } });
    const head = await log.store.head();
    expect(await log.add(7)).toEqual({ seed: 1, cases: { asked: 7, added: 0, inLog: 50 }, events: 0 });
    expect(await log.store.head()).toBe(head);
    const technicians = (await log.events()).filter(({ type }) => type === 'TechnicianRegistered');
    expect(technicians).toHaveLength(24);
    expect(new Set(technicians.map(({ streamId }) => rootOf(streamId))).size).toBe(24);
  });

  it('is written by no step that a decider refuses', () => {
    const block = { seed: 1, index: 0, firstCase: 0, cases: 1, numbersFrom: 0, startedAt: NOW, crew: 0 };
    const world = new World(sampleReference(0, NOW - 31 * DAY).state, new Diary(new Map()));
    const cast = castOf(block, 0, { age: [60, 60] });
    const closing = { type: 'CloseCase', resolution: 'repaired' } as const;
    const telling = { cast, actor: AGENT, command: () => closing, occurredAt: NOW, toldAt: NOW, live: false };
    expect(() => world.tell(telling)).toThrow(Rejection);
    expect(world.waves.all).toEqual([]);
  });
});
