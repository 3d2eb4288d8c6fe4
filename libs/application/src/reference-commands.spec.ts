import type { Application } from './application.module';
import { RacingStore, START, applicationOn, registerPlaces, supervisor, wang } from './application.fixture';
import type { ReferenceCommand } from './handle-reference';
import { metadataOf } from './metadata';
import { newEvent } from './new-events';

const depot = (id: string, parent?: string) =>
  ({
    type: 'RegisterDepot',
    id,
    name: id,
    kind: 'region',
    region: 'east',
    ...(parent === undefined ? {} : { parent }),
  }) as const;

describe('ReferenceCommands', () => {
  let store: RacingStore;
  let here: Application;
  let elsewhere: Application;
  beforeEach(() => {
    store = new RacingStore();
    [here, elsewhere] = [applicationOn(store, () => START), applicationOn(store, () => START)];
  });
  const register = (command: ReferenceCommand, key?: string) =>
    here.references.handle(command, {
      ...supervisor,
      ...(key === undefined ? {} : { key: { sub: 'sun', key, request: JSON.stringify(command) } }),
    });
  const settled = async (...commands: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(commands)).map((result) =>
      result.status === 'fulfilled' ? 'accepted' : (result.reason as { code?: string }).code,
    );

  it('answers with the version of the thing', async () => {
    await registerPlaces(here);
    expect(await register(depot('east-d'))).toMatchObject({ id: 'east-d', version: 2, created: false });
    expect(await register(depot('south-d'))).toMatchObject({ id: 'south-d', version: 1, created: true });
    const count = { type: 'CountMachines', county: 'a:b', product: 'drill', count: 3 } as const;
    expect(await register(count)).toMatchObject({ version: 1, created: true });
    expect(await register(count)).toMatchObject({ version: 2, created: false });
  });

  it('lets no two commands at once make two depots each other’s parent', async () => {
    for (const id of ['a', 'b']) await register(depot(id));
    expect((await settled(register(depot('a', 'b')), register(depot('b', 'a')))).sort()).toEqual([
      'accepted',
      'depot.parent-cycle',
    ]);
  });

  it('lets none close a cycle through depots that neither of them writes', async () => {
    for (const id of ['a', 'a1', 'b', 'b1']) await register(depot(id, id.at(-2)));
    expect((await settled(register(depot('a', 'b1')), register(depot('b', 'a1')))).sort()).toEqual([
      'accepted',
      'depot.parent-cycle',
    ]);
    await register(depot('c', 'a1'));
    await register(depot('c', 'b1'));
  });

  it.each<[string, ReferenceCommand, ReferenceCommand]>([
    ['the home depot', { ...wang, homeDepot: 'a' }, depot('a')],
    ['a depot above the parent', depot('new', 'a1'), depot('a')],
    ['the technician of a van', { ...depot('van'), kind: 'van', technicianId: 'wang' }, { ...wang, homeDepot: 'a' }],
  ])('decides again when %s got a new version in between', async (_, command, rival) => {
    await register(depot('a'));
    await register(depot('a1', 'a'));
    await register({ ...wang, homeDepot: 'a' });
    const before = store.outcomes.length;
    store.beforeNextAppend(() => elsewhere.references.handle(rival, supervisor));
    await register(command);
    expect(store.outcomes.slice(before)).toEqual(['appended', 'conflict', 'appended']);
  });

  it('refuses for a reason that still holds when the refusal is given', async () => {
    const lookUp = store.lookUp.bind(store);
    store.lookUp = async (key, streams) => {
      await elsewhere.references.handle(depot('late'), supervisor);
      return lookUp(key, streams);
    };
    await expect(register(depot('a', 'late'), 'k1')).resolves.toMatchObject({ version: 1 });
  });

  it('hangs on no cycle that a log already holds, and lets it be mended', async () => {
    const place = { kind: 'region', region: 'east' };
    for (const [id, parent] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const event = { type: 'DepotRegistered', data: { id, name: id, parent, ...place } };
      const news = [newEvent(`depot:${id}`, event, START, metadataOf(supervisor))];
      await store.append({ writes: [{ streamId: `depot:${id}`, expected: 0, events: news }] });
    }
    await register(depot('below', 'a'));
    await expect(register(depot('a', 'below'))).rejects.toMatchObject({ code: 'depot.parent-cycle' });
    await register(depot('a'));
    await register(depot('b', 'below'));
    const { depots } = await here.referenceData.current();
    expect([depots['a']?.parent, depots['b']?.parent]).toEqual([undefined, 'below']);
  });
});
