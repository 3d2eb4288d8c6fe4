import fc from 'fast-check';
import { upcasterContract } from './testing/upcaster.contract';
import { Upcasters, type StoredShape } from './upcaster';

/** v1 {name, phone} -> v2 {contact} -> v3 {contact, priority}. */
const upcasters = new Upcasters({
  FaultReported: {
    1: ({ name, phone, ...rest }) => (name === undefined ? rest : { ...rest, contact: { name, phone } }),
    2: (data) => ({ ...data, priority: data['priority'] ?? 'normal' }),
  },
});
const reported = (schemaVersion: number, data: object): StoredShape => ({ type: 'FaultReported', schemaVersion, data });

describe('Upcasters', () => {
  it('take every step from the stored version', () => {
    const current = reported(3, { site: 's', contact: { name: 'a', phone: '1' }, priority: 'normal' });
    expect(upcasters.upcast(reported(1, { site: 's', name: 'a', phone: '1' }))).toEqual(current);
    expect(upcasters.upcast(reported(2, { site: 's', contact: { name: 'a', phone: '1' } }))).toEqual(current);
  });

  it('leave other types, the current version and a version of tomorrow as they are', () => {
    for (const event of [{ ...reported(1, {}), type: 'toString' }, reported(3, { a: 1 }), reported(9, { b: 1 })]) {
      expect(upcasters.upcast(event)).toBe(event);
    }
    expect(upcasters.currentVersion('FaultReported')).toBe(3);
    expect(upcasters.currentVersion('CaseClosed')).toBe(1);
  });

  it('refuse a registry with a gap', () => {
    expect(() => new Upcasters({ A: { 2: (data) => data } })).toThrow('version 1');
    expect(() => new Upcasters({ A: { 1: (data) => data, 3: (data) => data } })).toThrow('no gap');
  });

  it('are total and idempotent for any stored data', () => {
    const anything = fc.tuple(fc.constantFrom('FaultReported', 'Other'), fc.integer({ min: 1, max: 5 }), fc.object());
    fc.assert(
      fc.property(anything, ([type, schemaVersion, data]) => {
        const before = JSON.stringify(data);
        const once = upcasters.upcast({ type, schemaVersion, data });
        expect(upcasters.upcast(once)).toBe(once);
        expect(once.schemaVersion).toBeGreaterThanOrEqual(upcasters.currentVersion(type) === 3 ? 3 : schemaVersion);
        expect(JSON.stringify(data)).toBe(before);
      }),
    );
  });
});

upcasterContract('an example', () => ({
  upcasters,
  currentVersions: { FaultReported: 3, CaseClosed: 1 },
  golden: [
    reported(1, { site: 's', name: 'a', phone: '1' }),
    reported(2, { site: 's', contact: { name: 'a', phone: '1' } }),
    reported(3, { site: 's', contact: { name: 'a', phone: '1' }, priority: 'urgent' }),
    { type: 'CaseClosed', schemaVersion: 1, data: {} },
  ],
  personalFields: { FaultReported: ['name', 'phone', 'contact'] },
}));
