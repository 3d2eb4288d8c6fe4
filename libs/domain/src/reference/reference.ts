/** Technicians, depots, parts, machine populations and SLA policies: one small fold of all their streams. */
import type { Fact } from '@fieldcase/eventsourcing';
import type { PublishedPolicyVersion, SlaPolicy } from '../sla';
import type { Depot, MachinePopulation, Part, ReferenceEvent, Technician } from './reference.events';

export type ReferenceCommand =
  | ({ readonly type: 'RegisterTechnician' } & Technician)
  | ({ readonly type: 'RegisterDepot' } & Depot)
  | ({ readonly type: 'RegisterPart' } & Part)
  | ({ readonly type: 'CountMachines' } & MachinePopulation)
  | ({ readonly type: 'PublishSlaPolicy' } & SlaPolicy);

type ById<T> = Readonly<Record<string, T>>;

export interface ReferenceState {
  readonly technicians: ById<Technician>;
  readonly depots: ById<Depot>;
  readonly parts: ById<Part>;
  /** By county, then product. */
  readonly populations: ById<ById<number>>;
  /** Every version ever published, in order. */
  readonly policies: readonly PublishedPolicyVersion[];
  /** The county's depot, else the region's, else undefined. Bound: may be taken out of the state. */
  readonly depotFor: (region: string, county?: string) => string | undefined;
}

/** No prototype: ids such as `constructor` are plain ids. */
const none = <T>(): ById<T> => Object.create(null) as ById<T>;
const withEntry = <T>(entries: ById<T>, id: string, value: T): ById<T> =>
  Object.assign(Object.create(null) as Record<string, T>, entries, { [id]: value });

export const initialReference: ReferenceState = {
  technicians: none(),
  depots: none(),
  parts: none(),
  populations: none(),
  policies: [],
  depotFor: () => undefined,
};

/** The state after an event; never throws, never mutates. */
export function foldReference(state: ReferenceState, event: Fact<ReferenceEvent>): ReferenceState {
  switch (event.type) {
    case 'TechnicianRegistered':
      return { ...state, technicians: withEntry(state.technicians, event.data.id, event.data) };
    case 'DepotRegistered': {
      const depots = withEntry(state.depots, event.data.id, event.data);
      return { ...state, depots, depotFor: (region, county) => depotFor(depots, region, county) };
    }
    case 'PartRegistered':
      return { ...state, parts: withEntry(state.parts, event.data.partNumber, event.data) };
    case 'MachinePopulationCounted': {
      const { county, product, count } = event.data;
      const products = withEntry(state.populations[county] ?? none<number>(), product, count);
      return { ...state, populations: withEntry(state.populations, county, products) };
    }
    case 'SlaPolicyPublished': {
      const version = 1 + state.policies.filter(({ policy }) => policy.id === event.data.id).length;
      const published = { policy: event.data, version, recordedAt: event.recordedAt };
      return { ...state, policies: [...state.policies, published] };
    }
    default:
      event satisfies never;
      return state;
  }
}

/**
 * Several depots of a kind in one place: the first id in code-unit order. Vans and the factory stand for no place,
 * and counties of one name lie in many regions.
 */
function depotFor(depots: ById<Depot>, region: string, county?: string): string | undefined {
  const first = (matches: (depot: Depot) => boolean) =>
    Object.values(depots)
      .filter(matches)
      .map(({ id }) => id)
      .sort()[0];
  const ofCounty =
    county === undefined ? undefined : first((d) => d.kind === 'county' && d.region === region && d.county === county);
  return ofCounty ?? first((d) => d.kind === 'region' && d.region === region);
}
