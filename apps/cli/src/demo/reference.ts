import { streamId, type CommandContext, type Instant, type StreamWrite } from '@fieldcase/eventsourcing';
import {
  decideReference,
  foldReference,
  initialReference,
  stableId,
  type ReferenceCommand,
  type ReferenceState,
  type SlaPolicy,
  type TargetSpec,
} from '@fieldcase/domain';
import type { Depot, MachinePopulation, Technician } from '@fieldcase/domain/events';
import { SUPERVISOR } from './actors';
import { factOf, sampleEvent } from './sample-event';
import { GIVEN_NAMES, PARTS, REGIONS, SURNAMES, type Region } from './words';

const HOUR = 3_600_000;
/** Of one block of cases: four in each region. */
export const CREW_SIZE = 12;

const target = (
  name: TargetSpec['target'],
  hours: number | null,
  pausedBy: TargetSpec['pausedBy'] = [],
): TargetSpec => ({
  target: name,
  withinMs: hours === null ? null : hours * HOUR,
  warnAt: [50, 75, 90],
  pausedBy,
});

/** In the season a machine that stands costs the harvest: shorter targets, but nobody can drive through a flood. */
function seasonPolicy(id: string, { name, season }: Region): SlaPolicy {
  const outside = ['waiting-customer', 'weather', 'road'] as const;
  return {
    id,
    name: `${name}${season}`,
    match: { priority: 'season', caseType: 'fault', region: name },
    zone: 'Asia/Shanghai',
    lateFactLimitMs: 2 * HOUR,
    targets: [
      target('onSiteResponse', 12, outside),
      target('appointment', 4, ['waiting-customer']),
      target('visitAfterNotice', 12, outside),
      target('customerPromise', null),
      target('partsWait', 48),
      target('restore', 36, outside),
    ],
  };
}

const [NORTHEAST, CENTRAL] = REGIONS as [Region, Region];
const policies: readonly SlaPolicy[] = [
  seasonPolicy('demo-spring-ploughing', NORTHEAST),
  seasonPolicy('demo-double-harvest', CENTRAL),
];

const depotId = (code: string): string => `demo-depot-${code}`;

/** The first technician is the one as whom `fieldcase token technician` signs in. */
const technicianId = (number: number): string => (number === 1 ? 'demo-technician' : `demo-technician-${number}`);

/** Technicians of one block of cases, and of no other: so a month is never too short for their visits. */
export function crewOf(crew: number): readonly Technician[] {
  return Array.from({ length: CREW_SIZE }, (_, place) => {
    const region = REGIONS[place % REGIONS.length] as Region;
    const round = Math.floor(place / REGIONS.length);
    const home = region.counties[round] ?? region.city;
    const number = 1 + crew * CREW_SIZE + place;
    return {
      id: technicianId(number),
      name: `${SURNAMES[number % SURNAMES.length]}${GIVEN_NAMES[(number * 5) % GIVEN_NAMES.length]}`,
      homeDepot: depotId(home.code),
      regions: [region.name],
      skills: region.machines.map(({ product }) => product),
      languages: round === 0 ? ['zh-CN', 'en'] : ['zh-CN'],
      active: true,
    };
  });
}

function depots(): Depot[] {
  const factory = depotId('factory');
  const [first] = REGIONS as [Region];
  return [
    { id: factory, name: '总厂配件中心', kind: 'factory', region: first.name },
    ...REGIONS.flatMap(({ code, name: region, city, counties }): Depot[] => [
      { id: depotId(code), name: `${region}大区配件库`, kind: 'region', parent: factory, region },
      { id: depotId(city.code), name: `${city.name}配件库`, kind: 'city', parent: depotId(code), region },
      ...counties.map(({ code: county, name }): Depot => {
        const place = { region, county: name };
        return { id: depotId(county), name: `${name}服务站`, kind: 'county', parent: depotId(city.code), ...place };
      }),
    ]),
  ];
}

function populations(): MachinePopulation[] {
  return REGIONS.flatMap(({ counties, machines }, r) =>
    counties.flatMap(({ name: county }, c) =>
      machines.map(({ product }, m) => ({ county, product, count: 80 + 37 * r + 11 * c + 5 * m })),
    ),
  );
}

function vanOf({ id, name, homeDepot, regions }: Technician, place: number): Depot {
  const region = regions[0] ?? '';
  return {
    id: `demo-van-${place + 1}`,
    name: `${name}服务车`,
    kind: 'van',
    parent: homeDepot,
    region,
    technicianId: id,
  };
}

type Registration = readonly [stream: string, command: ReferenceCommand];

/** In an order in which each is accepted: a depot before what names it. */
function registrations(number: number): readonly Registration[] {
  const crew = crewOf(number);
  const vans = number === 0 ? crew.map(vanOf) : [];
  const depot = (one: Depot): Registration => [streamId('depot', one.id), { type: 'RegisterDepot', ...one }];
  return [
    ...depots().map(depot),
    ...crew.map((one): Registration => [streamId('technician', one.id), { type: 'RegisterTechnician', ...one }]),
    ...vans.map(depot),
    ...PARTS.map((one): Registration => [streamId('part', one.partNumber), { type: 'RegisterPart', ...one }]),
    ...populations().map((one): Registration => [
      streamId('machine-population', one.county, one.product),
      { type: 'CountMachines', ...one },
    ]),
    ...policies.map((one): Registration => [streamId('sla-policy', one.id), { type: 'PublishSlaPolicy', ...one }]),
  ];
}

export interface SampleReference {
  readonly state: ReferenceState;
  /** Each of one event, new to the log. */
  readonly writes: readonly StreamWrite[];
}

/** What the cases of a crew refer to; `at` is before all of them. */
export function sampleReference(crew: number, at: Instant): SampleReference {
  const context: CommandContext = { now: at, occurredAt: at, actor: SUPERVISOR.sub, roles: [SUPERVISOR.role] };
  const writes: StreamWrite[] = [];
  let state = initialReference;
  for (const [stream, command] of registrations(crew)) {
    const commandId = stableId('demo-reference', stream);
    const events = decideReference(command, state, context).map((decided, index) => {
      const event = sampleEvent(stream, decided, { ...context, commandId, index, correlationId: commandId });
      // The sample cases lie in the past: to them the policies are as old as they are said to be.
      state = foldReference(state, factOf(decided, event, { recordedAt: at, position: 0n }));
      return event;
    });
    writes.push({ streamId: stream, expected: 0, events });
  }
  return { state, writes };
}
