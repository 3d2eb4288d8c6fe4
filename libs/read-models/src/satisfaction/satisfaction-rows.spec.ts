import fc from 'fast-check';
import { rootOf } from '@fieldcase/eventsourcing';
import { isCaseFact } from '../fold/apply-batch';
import { evolveCaseFold, initialCaseFold } from '../fold/case-fold';
import { builtIn, CaseScript } from '../specs/case-script';
import { IDS, randomHistory, written } from '../specs/random-history';
import { satisfactionTypes } from './satisfaction.projection';
import { satisfactionRowsOf } from './satisfaction-rows';

const followed: ReadonlySet<string> = new Set(satisfactionTypes);

async function assertMadeOfTheFollowed(script: CaseScript): Promise<void> {
  const facts = (await script.events()).filter(isCaseFact);
  for (const id of IDS) {
    const all = facts.filter(({ streamId }) => rootOf(streamId) === id);
    const rowsOf = (some: typeof all) => satisfactionRowsOf(id, some.reduce(evolveCaseFold, initialCaseFold));
    expect(rowsOf(all.filter(({ type }) => followed.has(type)))).toEqual(rowsOf(all));
  }
}

describe('rows of closings are made of the events that are followed, and of no other', () => {
  it('whatever happened', async () => {
    const property = fc.asyncProperty(randomHistory, async (history) => {
      await assertMadeOfTheFollowed((await written(history)).script);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it.each([
    ['CaseTriaged', { faultCode: 'F1', priority: 'urgent', caseType: 'enquiry', sla: builtIn }],
    ['DispatchDeclined', { visitId: 'v2' }],
    ['DispatchWithdrawn', { visitId: 'v2' }],
    ['VisitHandedOver', { visitId: 'v2', technicianId: 'max' }],
  ] as const)('where a closing comes after %s', async (type, data) => {
    const script = new CaseScript();
    await script.report('c1');
    await script.dispatch('c1', 'v1', 'tom');
    await script.dispatch('c1', 'v2', 'ute');
    await script.record('c1', type, data);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await assertMadeOfTheFollowed(script);
  });

  it.each([
    ['CaseReopened', {}],
    ['CaseCancelled', {}],
    ['CaseMerged', { into: 'c0' }],
  ] as const)('where %s comes after a closing', async (type, data) => {
    const script = new CaseScript();
    await script.report('c1');
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
    await script.record('c1', type, data);
    await assertMadeOfTheFollowed(script);
  });
});
