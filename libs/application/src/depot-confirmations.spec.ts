import type { Confirmation } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import type { CaseCommands } from './case-commands';
import { DepotConfirmations } from './depot-confirmations';
import { KeyReused } from './errors';

const depot = { depotId: 'harbin', user: 'p.depot.harbin' };
const acknowledged = (change: object = {}): Confirmation =>
  ({
    ...{ specversion: '1.0', id: 'e', source: 's', type: 'fieldcase.part-request.acknowledged.v1' },
    data: { partRequestId: 'c.1' },
    ...change,
  }) as Confirmation;

type Handled = Parameters<CaseCommands['handle']>;
function carrying(handle: () => Promise<unknown> = async () => ({ position: '9' })) {
  const handled: Handled[] = [];
  const cases = {
    handle: (...given: Handled) => {
      handled.push(given);
      return handle();
    },
  } as unknown as CaseCommands;
  return { handled, confirmations: new DepotConfirmations(cases) };
}
const keyOf = async (by: typeof depot, confirmation: Confirmation): Promise<string> => {
  const { handled, confirmations } = carrying();
  await confirmations.carryOut(by, confirmation);
  const { sub, key } = handled[0]?.[2].key ?? {};
  return JSON.stringify([sub, key]);
};

describe('what a depot confirms', () => {
  it('is a command of the depot that wrote it, whatever it says of itself', async () => {
    const { handled, confirmations } = carrying();
    const claims = { subject: 'other', depotid: 'other', depots: '*', time: '2026-01-05T10:00:00Z' };
    await expect(confirmations.carryOut(depot, acknowledged(claims))).resolves.toEqual({
      outcome: 'accepted',
      position: '9',
    });
    expect(handled).toMatchObject([
      [
        'c',
        { type: 'AcknowledgePartRequest', partRequestId: 'c.1', depots: ['harbin'] },
        { actor: 'kafka:p.depot.harbin', roles: ['depot-clerk'], occurredAt: Date.UTC(2026, 0, 5, 10) },
      ],
    ]);
  });

  it('is known by its source and id, of each depot by itself', async () => {
    const keys = [
      await keyOf(depot, acknowledged()),
      await keyOf(depot, acknowledged({ source: 't' })),
      await keyOf(depot, acknowledged({ id: 'f' })),
      await keyOf(depot, acknowledged({ id: 's","e', source: '' })),
      await keyOf({ depotId: 'other', user: 'p.depot.other' }, acknowledged()),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf(depot, acknowledged())).toBe(keys[0]);
  });

  it('is told apart by its whole content where its name was used already', async () => {
    const { confirmations } = carrying(() => Promise.reject(new KeyReused()));
    await expect(confirmations.carryOut(depot, acknowledged())).resolves.toEqual({ outcome: 'id-reused' });
  });

  it('of a request that is not there is refused as one of no case at all', async () => {
    const { confirmations } = carrying(() =>
      Promise.reject(new Rejection('case.unknown', 'absent', { caseId: 'c', depotId: 'other' })),
    );
    const absent = await confirmations.carryOut(depot, acknowledged());
    const params = { partRequestId: 'c.1' };
    expect(absent).toEqual({ outcome: 'refused', code: 'part-request.unknown', params });
    const nowhere = await confirmations.carryOut(depot, acknowledged({ data: { partRequestId: 'nothing' } }));
    expect(nowhere).toEqual({ ...absent, params: { partRequestId: 'nothing' } });
  });

  it('is refused with the names of its own fields, and tried again where nothing was decided', async () => {
    const bounds = { earliest: '2026-01-01T00:00:00Z', latest: '2026-01-02T00:00:00Z' };
    const late = new Rejection('occurred-at.out-of-bounds', 'unacceptable', bounds, { occurredAt: 'x' });
    await expect(carrying(() => Promise.reject(late)).confirmations.carryOut(depot, acknowledged())).resolves.toEqual({
      outcome: 'refused',
      code: 'occurred-at.out-of-bounds',
      params: bounds,
      errors: { time: ['between', bounds.earliest, bounds.latest] },
    });
    const { confirmations } = carrying(() => Promise.reject(new Error('away')));
    await expect(confirmations.carryOut(depot, acknowledged())).rejects.toThrow('away');
  });
});
