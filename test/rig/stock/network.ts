import { clerk, type Office } from './office';

export interface Network {
  readonly depots: readonly string[];
  readonly parts: readonly string[];
  readonly counties: readonly string[];
  /** Technicians with a van each. */
  readonly technicians: readonly string[];
  readonly factory: string;
}

const MAKER = 'maker-1';
const [REGIONS, COUNTIES_EACH, TECHNICIANS] = [3, 3, 7];

/** 20 depots in four layers (factory, 3 regions, 9 counties, 7 vans); every fifth part is also kept for its maker. */
export async function buildNetwork({ application }: Office, parts = 50): Promise<Network> {
  const handle = (command: Parameters<typeof application.references.handle>[0]) =>
    application.references.handle(command, clerk);
  const depot = { type: 'RegisterDepot', region: 'shandong' } as const;
  await handle({ ...depot, id: 'factory', name: '总厂', kind: 'factory' });
  const counties: string[] = [];
  const depots = ['factory'];
  for (let region = 1; region <= REGIONS; region += 1) {
    const parent = `region-${region}`;
    await handle({ ...depot, id: parent, name: parent, kind: 'region', parent: 'factory' });
    depots.push(parent);
    for (let number = 1; number <= COUNTIES_EACH; number += 1) {
      const county = `county-${region}-${number}`;
      await handle({ ...depot, id: county, name: county, kind: 'county', parent, county });
      counties.push(county);
      depots.push(county);
    }
  }
  const technicians: string[] = [];
  for (let number = 1; number <= TECHNICIANS; number += 1) {
    const id = `tech-${number}`;
    const homeDepot = counties[number % counties.length] ?? 'factory';
    const person = { id, name: id, homeDepot, regions: ['shandong'], skills: [], languages: ['zh'], active: true };
    await handle({ type: 'RegisterTechnician', ...person });
    await handle({
      ...depot,
      id: `van-${number}`,
      name: `van-${number}`,
      kind: 'van',
      parent: homeDepot,
      technicianId: id,
    });
    technicians.push(id);
    depots.push(`van-${number}`);
  }
  return { depots, counties, technicians, factory: 'factory', parts: await registerParts(handle, parts) };
}

async function registerParts(
  handle: (command: Parameters<Office['application']['references']['handle']>[0]) => Promise<unknown>,
  count: number,
): Promise<string[]> {
  const parts: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const partNumber = `part-${number}`;
    const terms = { class: 'wear', packSize: 1 + (number % 4), serialised: false, substitutes: [] } as const;
    const maker = number % 5 === 0 ? { makerId: MAKER } : {};
    await handle({ type: 'RegisterPart', partNumber, name: partNumber, ...terms, ...maker });
    parts.push(partNumber);
  }
  return parts;
}
