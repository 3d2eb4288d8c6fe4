import type { Scope } from '@fieldcase/contracts';
import { CaseScript } from '../specs/case-script';
import { PartViews } from './part-views';

const clerk: Scope = { sub: 'clerk', roles: ['depot-clerk'], regions: '*', depots: ['wei'] };

describe('an adjustment above the limit', () => {
  it('is read by whoever speaks for its depot, and does not exist for others', async () => {
    const script = new CaseScript();
    const terms = { depotId: 'wei', partNumber: 'belt', owner: 'own', by: -40, reason: 'flooded' };
    await script.write('stock-adjustment:a1', 'AdjustmentRequested', terms);
    const views = new PartViews(script.store);
    const asked = { adjustmentId: 'a1', depotId: 'wei', status: 'pending', reason: 'flooded' };
    expect(await views.adjustment(clerk, ['wei', 'lanzhou'], 'a1')).toMatchObject(asked);
    expect(await views.adjustment(clerk, '*', 'a1')).toMatchObject(asked);
    for (const depots of [[], ['lanzhou']]) expect(await views.adjustment(clerk, depots, 'a1')).toBeNull();
    expect(await views.adjustment(clerk, '*', 'a2')).toBeNull();
  });
});
