import type { Fact } from '@fieldcase/eventsourcing';
import { Rejection } from '@fieldcase/eventsourcing';
import type { SlaPolicy } from '../sla';
import { foldReference, foldReferences, initialReference, type ReferenceCommand } from './reference';
import { decideReference } from './reference.decide';
import { referenceVersion, streamsReadFor } from './reference.reads';
import type { Depot, Part, ReferenceEvent, Technician } from './reference.events';

const metadata = { actor: 'sun', actorRole: 'supervisor', correlationId: 'spec', causationId: 'spec' };
const fact = (event: ReferenceEvent, at = 1) =>
  ({ ...event, occurredAt: at, recordedAt: at, position: BigInt(at), metadata }) as Fact<ReferenceEvent>;
const given = (...events: readonly ReferenceEvent[]) =>
  events.reduce((state, event, index) => foldReference(state, fact(event, index + 1)), initialReference);
const context = { now: 9, occurredAt: 9, actor: 'sun', roles: ['supervisor'] };

const depot = (id: string, more: Partial<Depot> = {}): Depot => ({
  id,
  name: id,
  kind: 'region',
  region: 'gansu',
  ...more,
});
const depots = (...all: readonly Depot[]) => all.map((data) => ({ type: 'DepotRegistered', data }) as const);
const wang: Technician = {
  id: 'wang',
  name: '王',
  homeDepot: 'd1',
  regions: ['gansu'],
  skills: ['harvester'],
  languages: ['zh'],
  active: true,
};
const technician = { type: 'TechnicianRegistered', data: wang } as const;
const part: Part = {
  partNumber: 'belt-8',
  name: '皮带',
  class: 'wear',
  packSize: 5,
  serialised: false,
  substitutes: ['belt-9'],
};
const policy: SlaPolicy = {
  id: 'season',
  name: '双抢',
  match: { priority: 'season' },
  zone: 'Asia/Shanghai',
  targets: [],
  lateFactLimitMs: 7_200_000,
};

function rejected(command: ReferenceCommand, ...events: readonly ReferenceEvent[]) {
  try {
    decideReference(command, given(...events), context);
  } catch (error) {
    if (error instanceof Rejection) return error;
  }
  throw new Error('not rejected');
}
const decided = (command: ReferenceCommand, ...events: readonly ReferenceEvent[]) =>
  decideReference(command, given(...events), context);

describe('registering reference data', () => {
  it('records the whole content, again as a new version of it', () => {
    const registered = { type: 'RegisterTechnician', ...wang } as const;
    expect(decided(registered, ...depots(depot('d1')))).toEqual([technician]);
    expect(decided(registered, ...depots(depot('d1')), technician)).toEqual([technician]);
    expect(decided({ type: 'RegisterPart', ...part })).toEqual([{ type: 'PartRegistered', data: part }]);
    const population = { county: 'yuzhong', product: 'harvester', count: 107 };
    expect(decided({ type: 'CountMachines', ...population })).toEqual([
      { type: 'MachinePopulationCounted', data: population },
    ]);
    expect(decided({ type: 'PublishSlaPolicy', ...policy })).toEqual([{ type: 'SlaPolicyPublished', data: policy }]);
  });

  it('refuses a technician without a known home depot', () => {
    expect(rejected({ type: 'RegisterTechnician', ...wang })).toMatchObject({
      code: 'technician.home-depot-unknown',
      kind: 'unacceptable',
      errors: { homeDepot: 'the id of a registered depot' },
    });
  });

  it('refuses a depot whose parent is unknown, itself, or below it', () => {
    const register = (id: string, parent: string) => ({ type: 'RegisterDepot', ...depot(id, { parent }) }) as const;
    expect(rejected(register('d2', 'd9')).code).toBe('depot.parent-unknown');
    expect(rejected(register('d2', 'd2')).code).toBe('depot.parent-cycle');
    const chain = depots(depot('d1'), depot('d2', { parent: 'd1' }), depot('d3', { parent: 'd2' }));
    expect(rejected(register('d1', 'd3'), ...chain)).toMatchObject({
      code: 'depot.parent-cycle',
      params: { parent: 'd3' },
      errors: { parent: 'a depot that is not below this one' },
    });
    expect(decided(register('d3', 'd1'), ...chain)).toHaveLength(1);
  });

  it('ends where the depots above are a cycle already, and can mend it', () => {
    const cycle = depots(depot('d1', { parent: 'd2' }), depot('d2', { parent: 'd1' }));
    const register = (id: string, parent?: string) =>
      ({ type: 'RegisterDepot', ...depot(id, parent === undefined ? {} : { parent }) }) as const;
    expect(decided(register('d3', 'd1'), ...cycle)).toHaveLength(1);
    expect(rejected(register('d2', 'd1'), ...cycle).code).toBe('depot.parent-cycle');
    expect(decided(register('d1'), ...cycle)).toHaveLength(1);
  });

  it('gives a van to a known technician, and no other depot to any', () => {
    const van = { type: 'RegisterDepot', ...depot('van-1', { kind: 'van', parent: 'd1' }) } as const;
    expect(rejected(van, ...depots(depot('d1'))).code).toBe('depot.van-needs-technician');
    expect(rejected({ ...van, technicianId: 'wang' }, ...depots(depot('d1'))).code).toBe('depot.technician-unknown');
    expect(decided({ ...van, technicianId: 'wang' }, ...depots(depot('d1')), technician)).toHaveLength(1);
    const county = { type: 'RegisterDepot', ...depot('d2', { kind: 'county' }), technicianId: 'wang' } as const;
    expect(rejected(county, technician).code).toBe('depot.technician-only-for-van');
  });

  it('refuses impossible parts and counts', () => {
    const register = { type: 'RegisterPart', ...part } as const;
    expect(rejected({ ...register, substitutes: ['belt-8'] }).code).toBe('part.substitutes-itself');
    expect(rejected({ ...register, packSize: 0 })).toMatchObject({ code: 'part.pack-size', kind: 'malformed' });
    expect(rejected({ ...register, packSize: 1.5 }).code).toBe('part.pack-size');
    const count = { type: 'CountMachines', county: 'yuzhong', product: 'harvester' } as const;
    expect(rejected({ ...count, count: -1 }).code).toBe('machine-population.count');
    expect(decided({ ...count, count: 0 })).toHaveLength(1);
  });

  it('refuses a policy that no case can be judged by', () => {
    const nowhere = { type: 'PublishSlaPolicy', ...policy, zone: 'Mars/Olympus' } as const;
    expect(rejected(nowhere)).toMatchObject({ code: 'sla-policy.zone-unknown', kind: 'unacceptable' });
  });
});

describe('the streams that a decision rests on', () => {
  const read = (command: ReferenceCommand, ...events: readonly ReferenceEvent[]) =>
    streamsReadFor(command, given(...events));

  it('are the whole chain above a depot, also where it is unknown or a cycle, and never its own', () => {
    const chain = depots(depot('d1'), depot('d2', { parent: 'd1' }), depot('d3', { parent: 'd2' }));
    const register = (id: string, parent: string) => ({ type: 'RegisterDepot', ...depot(id, { parent }) }) as const;
    expect(read(register('d4', 'd3'), ...chain)).toEqual(['depot:d3', 'depot:d2', 'depot:d1']);
    expect(read(register('d2', 'd3'), ...chain)).toEqual(['depot:d3', 'depot:d1']);
    expect(read(register('d4', 'd9'), ...chain)).toEqual(['depot:d9']);
    const cycle = depots(depot('d1', { parent: 'd2' }), depot('d2', { parent: 'd1' }));
    expect(read(register('d3', 'd1'), ...cycle)).toEqual(['depot:d1', 'depot:d2']);
  });

  it('are a van’s technician and a technician’s home depot; other things stand alone', () => {
    const van = { type: 'RegisterDepot', ...depot('van-1', { kind: 'van', technicianId: 'wang' }) } as const;
    expect(read(van)).toEqual(['technician:wang']);
    expect(read({ type: 'RegisterTechnician', ...wang })).toEqual(['depot:d1']);
    expect(read({ type: 'RegisterPart', ...part })).toEqual([]);
  });

  it('have the versions that were folded', () => {
    const population = { county: 'a:b', product: 'drill', count: 3 };
    const first = given(technician, ...depots(depot('d1'), depot('wang')), technician);
    const state = foldReferences(first, [
      fact({ type: 'DepotRegistered', data: depot('d1') }),
      fact({ type: 'MachinePopulationCounted', data: population }),
      fact({ type: 'PartRegistered', data: part }),
      fact({ type: 'SlaPolicyPublished', data: policy }),
    ]);
    const versions = ['technician:wang', 'depot:wang', 'depot:d1', 'depot:d2', 'machine-population:a%3Ab:drill'];
    expect(versions.map((stream) => referenceVersion(state, stream))).toEqual([2, 1, 2, 0, 1]);
    expect(['part:belt-8', 'sla-policy:season'].map((stream) => referenceVersion(state, stream))).toEqual([1, 1]);
    expect(referenceVersion(first, 'depot:d1')).toBe(1);
    expect(referenceVersion(state, 'constructor:constructor')).toBe(0);
  });
});

describe('the fold of reference data', () => {
  it('answers the county’s depot, else the region’s, also when taken out of the state', () => {
    const { depotFor } = given(
      ...depots(
        depot('r2'),
        depot('r1'),
        depot('k1', { kind: 'county', county: 'yuzhong' }),
        depot('k2', { kind: 'county', county: 'yuzhong', region: 'qinghai' }),
        depot('v1', { kind: 'van', county: 'gaolan' }),
      ),
    );
    expect(depotFor('gansu', 'yuzhong')).toBe('k1');
    expect(depotFor('qinghai', 'yuzhong')).toBe('k2');
    expect(depotFor('gansu', 'gaolan')).toBe('r1');
    expect(depotFor('gansu')).toBe('r1');
    expect(depotFor('tibet')).toBeUndefined();
    expect(initialReference.depotFor('gansu')).toBeUndefined();
  });

  it('keeps the latest version of each thing, and never changes an earlier state', () => {
    const before = given(technician);
    const after = foldReference(before, fact({ type: 'TechnicianRegistered', data: { ...wang, active: false } }));
    expect(after.technicians['wang']?.active).toBe(false);
    expect(before.technicians['wang']?.active).toBe(true);
    expect(given({ type: 'PartRegistered', data: part }).parts['belt-8']).toEqual(part);
    expect(given().technicians['constructor']).toBeUndefined();
  });

  it('is the same for many events at once, and leaves the state before as it was', () => {
    const events = [
      technician,
      ...depots(depot('d1'), depot('d2', { parent: 'd1' })),
      { type: 'PartRegistered', data: part } as const,
      { type: 'MachinePopulationCounted', data: { county: 'yuzhong', product: 'drill', count: 3 } } as const,
      { type: 'SlaPolicyPublished', data: policy } as const,
    ].map((event, index) => fact(event, index + 1));
    const { depotFor: _, ...before } = given(technician, ...depots(depot('r1')));
    const start = given(technician, ...depots(depot('r1')));
    const { depotFor: one, ...oneByOne } = events.reduce(foldReference, start);
    const { depotFor: many, ...atOnce } = foldReferences(start, events);
    expect(atOnce).toEqual(oneByOne);
    expect(many('gansu')).toBe(one('gansu'));
    expect(start).toMatchObject(before);
    expect(Object.keys(start.depots)).toEqual(['r1']);
  });

  it('a policy is in force from the time that its publication gives, not from when it was recorded', () => {
    const published = fact({ type: 'SlaPolicyPublished', data: policy }, 9);
    const { policies } = foldReference(initialReference, { ...published, occurredAt: 4 });
    expect(policies).toEqual([{ policy, version: 1, inForceFrom: 4 }]);
  });

  it('keeps every version of every policy with the time of its publication', () => {
    const publish = (id: string) => ({ type: 'SlaPolicyPublished', data: { ...policy, id } }) as const;
    const { policies } = given(publish('a'), publish('b'), publish('a'));
    expect(policies.map((p) => [p.policy.id, p.version, p.inForceFrom])).toEqual([
      ['a', 1, 1],
      ['b', 1, 2],
      ['a', 2, 3],
    ]);
  });

  it('counts machines per county and product', () => {
    const count = (product: string, counted: number) =>
      ({ type: 'MachinePopulationCounted', data: { county: 'yuzhong', product, count: counted } }) as const;
    expect(given(count('drill', 3), count('harvester', 107), count('drill', 4)).populations['yuzhong']).toEqual(
      Object.assign(Object.create(null), { drill: 4, harvester: 107 }),
    );
  });
});
