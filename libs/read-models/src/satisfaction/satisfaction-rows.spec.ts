import fc from 'fast-check';
import { rootOf } from '@fieldcase/eventsourcing';
import { isCaseFact } from '../fold/apply-batch';
import { evolveCaseFold, initialCaseFold } from '../fold/case-fold';
import { IDS, randomHistory, written } from '../specs/random-history';
import { satisfactionTypes } from './satisfaction.projection';
import { satisfactionRowsOf } from './satisfaction-rows';

const followed: ReadonlySet<string> = new Set(satisfactionTypes);

describe('rows of closings', () => {
  it('are made of the events that are followed, and of no other', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory, async (history) => {
        const facts = (await (await written(history)).script.events()).filter(isCaseFact);
        for (const id of IDS) {
          const all = facts.filter(({ streamId }) => rootOf(streamId) === id);
          const rowsOf = (some: typeof all) => satisfactionRowsOf(id, some.reduce(evolveCaseFold, initialCaseFold));
          expect(rowsOf(all.filter(({ type }) => followed.has(type)))).toEqual(rowsOf(all));
        }
      }),
      { numRuns: 300 },
    );
  });
});
