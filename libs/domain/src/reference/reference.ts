/** Technicians, depots, parts, machine populations and SLA policies: one small fold of all their streams. */
import { categoryOf, type Fact } from '@fieldcase/eventsourcing';
import type { PublishedPolicyVersion, SlaPolicy } from '../sla';
import type { Depot, MachinePopulation, Part, ReferenceEvent, Technician } from './reference.events';
import { streamOfReferenceEvent } from './reference.streams';

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
  /** How far each stream is folded, by category, then stream; `referenceVersion` asks for one. */
  readonly versions: ById<ById<number>>;
  /** The county's depot, else the region's, else undefined. Bound: may be taken out of the state. */
  readonly depotFor: (region: string, county?: string) => string | undefined;
}

/** No prototype: ids such as `constructor` are plain ids. */
const none = <T>(): ById<T> => Object.create(null) as ById<T>;
const copyOf = <T>(entries: ById<T>): Record<string, T> => Object.assign(Object.create(null) as object, entries);

export const initialReference: ReferenceState = {
  technicians: none(),
  depots: none(),
  parts: none(),
  populations: none(),
  policies: [],
  versions: none(),
  depotFor: () => undefined,
};

/** The state after an event; never throws, never mutates. */
export function foldReference(state: ReferenceState, event: Fact<ReferenceEvent>): ReferenceState {
  return foldReferences(state, [event]);
}

/** The state after many events. What they touch is copied once, not once per event: a part master has many entries. */
export function foldReferences(state: ReferenceState, events: readonly Fact<ReferenceEvent>[]): ReferenceState {
  const next = new NextReference(state);
  for (const event of events) next.take(event);
  return next.state();
}

class NextReference {
  private technicians: Record<string, Technician> | undefined;
  private depots: Record<string, Depot> | undefined;
  private parts: Record<string, Part> | undefined;
  private populations: Record<string, ById<number>> | undefined;
  private policies: readonly PublishedPolicyVersion[];
  private readonly versions: Record<string, Record<string, number>> = {};

  constructor(private readonly before: ReferenceState) {
    this.policies = before.policies;
  }

  take(event: Fact<ReferenceEvent>): void {
    this.count(streamOfReferenceEvent(event));
    switch (event.type) {
      case 'TechnicianRegistered':
        (this.technicians ??= copyOf(this.before.technicians))[event.data.id] = event.data;
        break;
      case 'DepotRegistered':
        (this.depots ??= copyOf(this.before.depots))[event.data.id] = event.data;
        break;
      case 'PartRegistered':
        (this.parts ??= copyOf(this.before.parts))[event.data.partNumber] = event.data;
        break;
      case 'MachinePopulationCounted': {
        const { county, product, count } = event.data;
        const populations = (this.populations ??= copyOf(this.before.populations));
        populations[county] = Object.assign(copyOf(populations[county] ?? none<number>()), { [product]: count });
        break;
      }
      case 'SlaPolicyPublished': {
        const version = 1 + this.policies.filter(({ policy }) => policy.id === event.data.id).length;
        this.policies = [...this.policies, { policy: event.data, version, inForceFrom: event.occurredAt }];
        break;
      }
      default:
        event satisfies never;
    }
  }

  /** A stream of reference data holds nothing but what is folded here. */
  private count(stream: string): void {
    const category = categoryOf(stream);
    const versions = (this.versions[category] ??= copyOf(this.before.versions[category] ?? none<number>()));
    versions[stream] = (versions[stream] ?? 0) + 1;
  }

  state(): ReferenceState {
    const { before, depots } = this;
    return {
      technicians: this.technicians ?? before.technicians,
      depots: depots ?? before.depots,
      parts: this.parts ?? before.parts,
      populations: this.populations ?? before.populations,
      policies: this.policies,
      versions: Object.assign(copyOf(before.versions), this.versions),
      depotFor: depots ? depotFinder(depots) : before.depotFor,
    };
  }
}

/**
 * Several depots of a kind in one place: the first id in code-unit order. Vans and the factory stand for no place,
 * and counties of one name lie in many regions.
 */
function depotFinder(depots: ById<Depot>): ReferenceState['depotFor'] {
  let first: ReadonlyMap<string, string> | undefined;
  const placeOf = (region: string, county?: string): string => JSON.stringify([region, county]);
  const index = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    for (const { id, kind, region, county } of Object.values(depots)) {
      const place =
        kind === 'county' && county !== undefined ? placeOf(region, county) : kind === 'region' ? placeOf(region) : '';
      if (place !== '' && id < (found.get(place) ?? '\uffff')) found.set(place, id);
    }
    return found;
  };
  return (region, county) => {
    first ??= index();
    return (county === undefined ? undefined : first.get(placeOf(region, county))) ?? first.get(placeOf(region));
  };
}
