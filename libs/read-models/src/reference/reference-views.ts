/**
 * Technicians, depots, parts, policies and counts of machines as they were posted: from the fold of their streams, which
 * is always fresh. Absent and not the caller's to see are both null.
 */
import type {
  DepotView,
  MachinePopulationView,
  PartView,
  ReferencePage,
  Scope,
  SlaPolicyView,
  TechnicianRecordView,
} from '@fieldcase/contracts';
import type { Depot, Part } from '@fieldcase/domain/events';
import { BUILT_IN_POLICIES, type SlaPolicy } from '@fieldcase/domain/sla';
import { durationText, instantText } from '../formatting';
import { maySeeDepot, maySeeName, maySeePolicy, maySeeTechnician, type KnownPlaces } from './reference-access';
import { pageOfKeys, type KeyedPage } from './reference-page';

type ById<Entry> = Readonly<Record<string, Entry>>;
interface PolicyVersion {
  readonly policy: SlaPolicy;
  readonly version: number;
  /** null: built in. */
  readonly inForceFrom: number | null;
}

/** The fold as it stands; the application's `ReferenceData.current()` is one. */
export interface ReferenceFold extends KnownPlaces {
  readonly depots: ById<Depot>;
  readonly parts: ById<Part>;
  /** By county, then product. */
  readonly populations: ById<ById<number>>;
  /** Every version ever published, in order. */
  readonly policies: readonly PolicyVersion[];
}

/** How far the stream of one thing is folded. */
export interface ReferenceVersions {
  technician(id: string): number;
  depot(id: string): number;
  part(partNumber: string): number;
  population(county: string, product: string): number;
}

const BUILT_IN: readonly PolicyVersion[] = BUILT_IN_POLICIES.map((policy) => ({
  policy,
  version: 1,
  inForceFrom: null,
}));

export class ReferenceViews {
  constructor(
    private readonly scope: Scope,
    private readonly state: ReferenceFold,
    private readonly versions: ReferenceVersions,
  ) {}

  technician(id: string): TechnicianRecordView | null {
    const technician = this.state.technicians[id];
    if (!technician || !maySeeTechnician(this.scope, technician)) return null;
    const { homeDepot, regions, skills, languages, active } = technician;
    const name = maySeeName(this.scope, technician) ? technician.name : null;
    const version = this.versions.technician(id);
    return { id, name, homeDepot, regions, skills, languages, active, version };
  }

  depot(id: string): DepotView | null {
    const depot = this.state.depots[id];
    return depot && maySeeDepot(this.scope, depot, this.state) ? this.depotView(depot) : null;
  }

  depots(page: ReferencePage & { readonly region?: string; readonly kind?: string }): KeyedPage<DepotView> {
    const { region, kind } = page;
    const isAsked = (depot: Depot): boolean =>
      (region === undefined || depot.region === region) &&
      (kind === undefined || depot.kind === kind) &&
      maySeeDepot(this.scope, depot, this.state);
    return pageOfKeys('depots', this.state.depots, page, (depot) => (isAsked(depot) ? this.depotView(depot) : null));
  }

  part(partNumber: string): PartView | null {
    const part = this.state.parts[partNumber];
    return part ? this.partView(part) : null;
  }

  /** @param page `q`: part of a number or a name, in whatever case */
  parts(page: ReferencePage & { readonly q?: string }): KeyedPage<PartView> {
    const q = page.q?.toLowerCase();
    const isAsked = ({ partNumber, name }: Part): boolean =>
      q === undefined || partNumber.toLowerCase().includes(q) || name.toLowerCase().includes(q);
    return pageOfKeys('parts', this.state.parts, page, (part) => (isAsked(part) ? this.partView(part) : null));
  }

  /** @param version absent: the latest */
  policy(id: string, version?: number): SlaPolicyView | null {
    const versions = [...BUILT_IN, ...this.state.policies].filter(({ policy }) => policy.id === id);
    const found = version === undefined ? versions.at(-1) : versions.find((each) => each.version === version);
    return found && maySeePolicy(this.scope, found.policy) ? policyView(found) : null;
  }

  /** The latest version of each. */
  policies(page: ReferencePage): KeyedPage<SlaPolicyView> {
    const latest = Object.fromEntries([...BUILT_IN, ...this.state.policies].map((each) => [each.policy.id, each]));
    return pageOfKeys('sla-policies', latest, page, (each) =>
      maySeePolicy(this.scope, each.policy) ? policyView(each) : null,
    );
  }

  population(county: string, product: string): MachinePopulationView | null {
    const count = this.state.populations[county]?.[product];
    if (count === undefined) return null;
    return { county, product, count, version: this.versions.population(county, product) };
  }

  populations(
    page: ReferencePage & { readonly county?: string; readonly product?: string },
  ): KeyedPage<MachinePopulationView> {
    const { county, product } = page;
    return pageOfKeys('machine-populations', placesOf(this.state.populations), page, ([of, each]) =>
      (county === undefined || county === of) && (product === undefined || product === each)
        ? this.population(of, each)
        : null,
    );
  }

  private depotView({ id, name, kind, parent, region, county, technicianId }: Depot): DepotView {
    const version = this.versions.depot(id);
    const places = { parent: parent ?? null, region, county: county ?? null, technicianId: technicianId ?? null };
    return { id, name, kind, ...places, version };
  }

  private partView({ partNumber, name, packSize, serialised, substitutes, makerId, ...part }: Part): PartView {
    const version = this.versions.part(partNumber);
    return {
      partNumber,
      name,
      class: part.class,
      packSize,
      serialised,
      substitutes,
      makerId: makerId ?? null,
      version,
    };
  }
}

type Place = readonly [county: string, product: string];
const places = new WeakMap<object, ById<Place>>();

/** County and product of every count: flattened once per state of the fold, as its keys are sorted once. */
function placesOf(populations: ReferenceFold['populations']): ById<Place> {
  const known = places.get(populations);
  if (known) return known;
  const all = Object.entries(populations).flatMap(([county, counts]) =>
    Object.keys(counts).map((product): [string, Place] => [JSON.stringify([county, product]), [county, product]]),
  );
  const flat = Object.fromEntries(all);
  places.set(populations, flat);
  return flat;
}

function policyView({ policy, version, inForceFrom }: PolicyVersion): SlaPolicyView {
  const { id, name, match, zone, targets, lateFactLimitMs } = policy;
  return {
    id,
    name,
    match,
    zone,
    targets: targets.map(({ target, withinMs, warnAt, pausedBy }) => ({
      target,
      within: withinMs === null ? null : durationText(withinMs),
      warnAt,
      pausedBy,
    })),
    lateFactLimit: durationText(lateFactLimitMs),
    inForceFrom: inForceFrom === null ? null : instantText(inForceFrom),
    version,
  };
}
