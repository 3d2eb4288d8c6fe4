import { REGION, technicianNamed, type RefusalCase } from './stories';

const depot = { id: 'd', name: '站', kind: 'county', region: REGION };
const part = { partNumber: 'P', name: '泵', class: 'wear', packSize: 1, serialised: false, substitutes: [] };
const policyOf = (changes: object): object => ({ id: 'p', name: '春耕', match: {}, targets: [], ...changes });
const targetOf = (changes: object): object =>
  policyOf({ targets: [{ target: 'restore', within: 'PT48H', ...changes }] });

const posted = (route: string, code: string, body: object, status = 422): RefusalCase => ({
  code,
  status,
  make: async ({ staff }) => [staff.supervisor, `/api/v1/${route}`, body],
});

/** Depots, technicians, parts, policies. */
export const refusalsOfReference: readonly RefusalCase[] = [
  posted('technicians', 'technician.home-depot-unknown', technicianNamed('t', { homeDepot: 'constructor' })),
  posted('depots', 'depot.parent-unknown', { ...depot, parent: '__proto__' }),
  posted('depots', 'depot.parent-cycle', { ...depot, parent: 'd' }),
  posted('depots', 'depot.van-needs-technician', { ...depot, kind: 'van' }),
  posted('depots', 'depot.technician-only-for-van', { ...depot, technicianId: 'tech-li' }),
  posted('depots', 'depot.technician-unknown', { ...depot, kind: 'van', technicianId: 'none' }),
  posted('parts', 'part.substitutes-itself', { ...part, substitutes: ['P'] }),
  posted('sla-policies', 'sla-policy.id-reserved', policyOf({ id: 'built-in-haste' })),
  posted('sla-policies', 'sla-policy.zone-unknown', policyOf({ zone: 'Mars/Phobos' })),
  posted('sla-policies', 'sla-policy.target-unknown', targetOf({ target: 'constructor' })),
  posted('sla-policies', 'sla-policy.calendar-unknown', targetOf({ calendar: 'workdays' })),
  posted('sla-policies', 'sla-policy.never-pauses', targetOf({ pausedBy: ['waiting-part'] })),
  posted(
    'sla-policies',
    'sla-policy.target-twice',
    policyOf({ targets: ['PT1H', 'PT2H'].map((within) => ({ target: 'restore', within })) }),
  ),
];
