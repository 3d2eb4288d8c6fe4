import { CaseScript } from '../specs/case-script';
import { isCaseFact } from './apply-batch';
import { evolveCaseFold, initialCaseFold, type CaseFold } from './case-fold';
import { packed, unpacked } from './packed-fold';

async function repaired(): Promise<CaseFold> {
  const script = new CaseScript();
  await script.report('c1', { product: '联合收割机' });
  await script.dispatch('c1', 'v1', 'tom');
  await script.record('c1', 'TechnicianArrived', { visitId: 'v1' });
  await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: true, materials: [] });
  await script.record('c1', 'CaseClosed', { resolution: 'repaired' });
  return (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold);
}

it('a packed fold is the same again, and a fraction of its JSON', async () => {
  for (const fold of [initialCaseFold, await repaired()]) {
    const bytes = Buffer.from(packed(fold).slice(2), 'hex');
    expect(unpacked(bytes)).toEqual(fold);
    expect(bytes.length).toBeLessThan(JSON.stringify(fold).length / 4);
  }
});
