import fc from 'fast-check';
import { nextStepAt, settle } from '../sla';
import { belated, tellAll, THE_END } from '../sla/plot.testing';
import { hour, Story } from '../sla/story.testing';
import { settleAgain } from './settle-again';

const hours = fc.double({ min: 0, max: 250, noNaN: true });

it('finds due what is due, however often and in which order it was asked before', () => {
  fc.assert(
    fc.property(belated, hours, fc.array(hours, { minLength: 2, maxLength: 8 }), (told, workedAt, asked) => {
      const story = tellAll(new Story(), told, true);
      story.work(workedAt);
      const next = nextStepAt(story.facts, hour(workedAt)) ?? hour(THE_END);
      for (const at of [...asked.map(hour), hour(workedAt), hour(workedAt), next - 1, next]) {
        expect(settleAgain(story.facts, at)).toEqual(settle(story.facts, at));
      }
    }),
    { numRuns: 300 },
  );
});
