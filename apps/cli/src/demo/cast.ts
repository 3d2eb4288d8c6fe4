import type { Instant } from '@fieldcase/eventsourcing';
import { caseNumber, stableId } from '@fieldcase/domain';
import type { CaseType, Contact, Coverage, Part, Priority, Technician } from '@fieldcase/domain/events';
import type { Actor } from './actors';
import type { Block } from './block';
import { Random } from './random';
import { crewOf } from './reference';
import { GIVEN_NAMES, REGIONS, SITES, SURNAMES, VILLAGES, type Fault, type Machine, type Region } from './words';

export const MINUTE = 60_000;

/** Whose machine it is, and where it stands. */
export interface Customer {
  readonly region: Region;
  readonly county: string;
  readonly siteName: string;
  readonly address: string;
  readonly contact: Contact;
  readonly machine: Machine;
  readonly assetSerial: string;
}

/** Who and what a case is about. */
export interface Cast {
  readonly caseId: string;
  readonly number: string;
  readonly reportedAt: Instant;
  readonly caseType: CaseType;
  /** As the triage finds it. */
  readonly priority: Priority;
  readonly coverage: Coverage;
  readonly customer: Customer;
  readonly fault: Fault;
  readonly part: Part;
  readonly technician: Actor;
  /** Of the same region. */
  readonly colleague: Actor;
  /** Minutes, so that no two cases are alike. */
  readonly jitter: number;
  /** The case that this one is a duplicate of. */
  readonly original?: Cast;
}

/** What a story asks of its cast. */
export interface Casting {
  /** How many minutes ago it was reported; of a duplicate, how many after the original. */
  readonly age: readonly [from: number, to: number];
  readonly caseType?: CaseType;
  readonly priority?: Priority;
}

/** The case at a place of a block: the same for the same seed, whatever the other cases are. */
export function castOf(block: Block, place: number, casting: Casting, original?: Cast): Cast {
  const ordinal = block.firstCase + place;
  const random = new Random(block.seed, ordinal);
  const { caseType = 'fault' } = casting;
  const priority = caseType === 'fault' ? random.pick(PRIORITIES) : 'normal';
  const age = random.between(...casting.age) * MINUTE + random.between(0, MINUTE - 1);
  const crew = crewOf(block.crew);
  const region = REGIONS[place % REGIONS.length] as Region;
  const customer = original?.customer ?? customerIn(region, random);
  return {
    caseId: stableId('demo-case', block.seed, ordinal),
    number: caseNumber(block.numbersFrom + place),
    reportedAt: original ? original.reportedAt + age : block.startedAt - age,
    caseType,
    priority: casting.priority ?? priority,
    coverage: random.pick(['in-warranty', 'in-warranty', 'out-of-warranty']),
    customer,
    fault: random.pick(customer.machine.faults),
    part: random.pick(customer.machine.parts),
    technician: technicianAt(crew, place),
    colleague: technicianAt(crew, place + REGIONS.length),
    jitter: random.between(0, 150),
    ...(original ? { original } : {}),
  };
}

/** As many cases are of the season as of all other priorities. */
const PRIORITIES: readonly Priority[] = ['season', 'season', 'normal', 'urgent'];

/** The crew is ordered by region as the places are. */
function technicianAt(crew: readonly Technician[], place: number): Actor {
  const { id } = crew[place % crew.length] as Technician;
  return { sub: id, role: 'technician' };
}

/** A customer of a region, the same for the same numbers. */
export function customerIn(region: Region, random: Random): Customer {
  const name = `${random.pick(SURNAMES)}${random.pick(GIVEN_NAMES)}`;
  const { name: county } = random.pick(region.counties);
  const village = random.pick(VILLAGES);
  const machine = random.pick(region.machines);
  const digits = (count: number): string => String(random.between(0, 10 ** count - 1)).padStart(count, '0');
  return {
    region,
    county,
    siteName: `${village}${name}${random.pick(SITES)}`,
    address: `${county}${village}${random.between(1, 12)}组`,
    contact: { name, phone: `1380000${digits(4)}` },
    machine,
    assetSerial: `${machine.serialPrefix}-${digits(6)}`,
  };
}
