import fc from 'fast-check';
import type { Clock } from './clock.types';
import { nextStepAt, settle } from './settle';
import { belated, tellAll, THE_END, timely, type PlotFact } from './plot.testing';
import { hour, Story } from './story.testing';

const hours = fc.double({ min: 0, max: 250, noNaN: true });
const sorted = (values: readonly string[]) => [...values].sort();

/** What must not depend on how it came to be known. */
function verdicts(clocks: readonly Clock[]) {
  return clocks.map(({ clockId, state, dueAt, counted, stoppedAt, early, policy, within }) => {
    return { clockId, state, dueAt, counted, stoppedAt, early, policy, within };
  });
}

const byId = (clocks: readonly Clock[]) => [...clocks].sort((a, b) => (a.clockId < b.clockId ? -1 : 1));

describe('clocks of any case', () => {
  it('never count less than nothing nor more than the wall clock', () => {
    fc.assert(
      fc.property(belated, hours, (facts, at) => {
        for (const { counted, startedAt, stoppedAt, remaining } of tellAll(new Story(), facts, true).clocks(at)) {
          expect(counted).toBeGreaterThanOrEqual(0);
          expect(counted).toBeLessThanOrEqual((stoppedAt ?? hour(at)) - startedAt);
          expect(remaining).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('have intervals that tile the time from start to stop, and whose counted ones make up the counted time', () => {
    fc.assert(
      fc.property(belated, hours, (facts, at) => {
        for (const { intervals, startedAt, stoppedAt, counted } of tellAll(new Story(), facts, true).clocks(at)) {
          const end = stoppedAt ?? hour(at);
          const edges = intervals.map(({ from, to }) => [from, to ?? end] as const);
          expect(edges.map(([from]) => from)).toEqual(
            stoppedAt === startedAt ? [] : [startedAt, ...edges.slice(0, -1).map(([, to]) => to)],
          );
          expect(edges.at(-1)?.[1] ?? end).toBe(end);
          expect(intervals.filter(({ to }) => to === null)).toHaveLength(stoppedAt === null ? 1 : 0);
          const sum = intervals.reduce(
            (total, { counted: counts, from, to }) => total + (counts ? (to ?? end) - from : 0),
            0,
          );
          expect(sum).toBe(counted);
        }
      }),
    );
  });

  it('are breached exactly where a counted due instant lies before the stop', () => {
    fc.assert(
      fc.property(timely, hours, (facts, at) => {
        for (const { state, breach, dueAt, stoppedAt } of tellAll(new Story(), facts).clocks(at)) {
          if (state === 'breached') expect(breach?.at).toBeLessThan(stoppedAt ?? hour(at));
          if (state === 'met' && stoppedAt !== null) expect(dueAt).toBeGreaterThanOrEqual(stoppedAt);
          if (state === 'running') expect(dueAt).toBeGreaterThanOrEqual(hour(at));
        }
      }),
    );
  });

  it('are the same when a pause is split', () => {
    fc.assert(
      fc.property(timely, fc.double({ min: 0, max: 1, noNaN: true }), hours, (facts, where, at) => {
        const split = splitPauses(facts, where);
        const judged = (told: readonly PlotFact[]) => {
          const story = tellAll(new Story(), told);
          return story
            .clocks(at)
            .map((clock) => ({ ...verdicts([clock])[0], steps: clock.steps, breach: clock.breach }));
        };
        expect(judged(split)).toEqual(judged(facts));
      }),
    );
  });

  it('depend on nothing that happens later', () => {
    fc.assert(
      fc.property(timely, hours, (facts, at) => {
        const until = facts.filter((fact) => hour(fact.at) <= hour(at));
        expect(tellAll(new Story(), facts).clocks(at)).toEqual(tellAll(new Story(), until).clocks(at));
      }),
    );
  });
});

/** Each pause ends and begins anew at one instant on its way. */
function splitPauses(facts: readonly PlotFact[], where: number): readonly PlotFact[] {
  return facts.flatMap((fact, index) => {
    const next = facts[index + 1];
    if (fact.type !== 'CasePaused' || next === undefined) return [fact];
    const at = fact.at + (next.at - fact.at) * where;
    const { reason } = fact.data as { reason: string };
    return [fact, { ...fact, type: 'CaseResumed', data: { reasons: [reason] }, at }, { ...fact, at }];
  });
}

describe('the order of recording', () => {
  it('does not matter for facts with the same two times', () => {
    fc.assert(
      fc.property(belated, fc.infiniteStream(fc.nat(99)), hours, (facts, ranks, at) => {
        const shuffled = facts
          .map((fact) => ({ fact, rank: ranks.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ fact }) => fact);
        const inOrder = tellAll(new Story(), facts, true).clocks(at);
        expect(verdicts(tellAll(new Story(), shuffled, true).clocks(at))).toEqual(verdicts(inOrder));
      }),
    );
  });

  it('does not matter once every voiding is approved', () => {
    fc.assert(
      fc.property(belated, (facts) => {
        const late = new Story();
        for (const fact of inOrderOfRecording(facts)) {
          tellAll(late, [fact], true);
          late.work(fact.at + fact.lateness);
        }
        approveAll(late);
        const known = tellAll(new Story(), facts);
        expect(byId(verdictsAtTheEnd(late))).toEqual(byId(verdictsAtTheEnd(known)));
      }),
    );
  });
});

function verdictsAtTheEnd(story: Story) {
  return verdicts(story.clocks(THE_END)) as unknown as readonly Clock[];
}

function inOrderOfRecording(facts: readonly PlotFact[]): readonly PlotFact[] {
  return [...facts].sort((a, b) => a.at + a.lateness - (b.at + b.lateness));
}

function approveAll(story: Story): void {
  for (let round = 0; round < 50; round += 1) {
    story.work(THE_END);
    const pending = story.clocks(THE_END).find(({ breach }) => breach?.pendingVoiding === true);
    if (pending === undefined) return;
    story.decide(THE_END, 'BreachVoided', pending.clockId);
  }
  throw new Error('voidings never come to an end');
}

describe('recorded clock facts', () => {
  it('are recorded once', () => {
    fc.assert(
      fc.property(belated, hours, (facts, at) => {
        // The worker sees what the log holds by then; its own facts are recorded after that.
        const recorded = facts.filter((fact) => hour(fact.at + fact.lateness) <= hour(at));
        const story = tellAll(new Story(), recorded, true);
        story.work(at);
        expect(story.work(at)).toEqual([]);
      }),
    );
  });

  it('are the same however often the worker runs', () => {
    fc.assert(
      fc.property(timely, fc.array(hours), (facts, runs) => {
        const awake = new Story();
        const often: string[] = [];
        for (const fact of [...facts, ...runs.map((at) => ({ at, type: null }))].sort((a, b) => a.at - b.at)) {
          if (fact.type !== null) tellAll(awake, [fact]);
          often.push(...awake.work(fact.at));
        }
        often.push(...awake.work(THE_END));
        const asleep = tellAll(new Story(), facts);
        expect(sorted(often)).toEqual(sorted(asleep.work(THE_END)));
      }),
    );
  });

  it('come in the order in which they happened, never before they did', () => {
    fc.assert(
      fc.property(belated, hours, (facts, at) => {
        const events = settle(tellAll(new Story(), facts, true).facts, hour(at));
        const instants = events.map(({ occurredAt }) => occurredAt ?? Number.NaN);
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        expect(instants.every((instant) => instant <= hour(at))).toBe(true);
      }),
    );
  });

  it('are due exactly at the next step, and never without one', () => {
    fc.assert(
      fc.property(timely, hours, (facts, at) => {
        const story = tellAll(new Story(), facts);
        story.work(at);
        const next = nextStepAt(story.facts, hour(at));
        if (next === null) {
          expect(settle(story.facts, hour(THE_END))).toEqual([]);
        } else {
          expect(next).toBeGreaterThan(hour(at));
          expect(settle(story.facts, next - 1)).toEqual([]);
          expect(settle(story.facts, next)).not.toEqual([]);
        }
      }),
    );
  });
});
