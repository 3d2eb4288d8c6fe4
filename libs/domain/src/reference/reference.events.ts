/** Reference data, one stream per thing: technician:<id>, depot:<id>, part:<partNumber>, sla-policy:<id>, machine-population:<county>:<product>. */
import type { SlaPolicy } from '../sla/policy.types';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };
export type DepotKind = 'factory' | 'region' | 'city' | 'county' | 'van';
export interface Technician {
  readonly id: string;
  readonly name: string;
  readonly homeDepot: string;
  readonly regions: readonly string[];
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  readonly active: boolean;
}
export interface Depot {
  readonly id: string;
  readonly name: string;
  readonly kind: DepotKind;
  readonly parent?: string;
  readonly region: string;
  readonly county?: string;
  readonly technicianId?: string;
}
export interface Part {
  readonly partNumber: string;
  readonly name: string;
  readonly class: 'wear' | 'special' | 'general';
  readonly packSize: number;
  readonly serialised: boolean;
  readonly substitutes: readonly string[];
  readonly makerId?: string;
}
export interface MachinePopulation {
  readonly county: string;
  readonly product: string;
  readonly count: number;
}
/** A new version each time; the version is the event's stream version. */
export type TechnicianRegistered = E<'TechnicianRegistered', Technician>;
export type DepotRegistered = E<'DepotRegistered', Depot>;
export type PartRegistered = E<'PartRegistered', Part>;
export type MachinePopulationCounted = E<'MachinePopulationCounted', MachinePopulation>;
export type SlaPolicyPublished = E<'SlaPolicyPublished', SlaPolicy>;
export type ReferenceEvent =
  TechnicianRegistered | DepotRegistered | PartRegistered | MachinePopulationCounted | SlaPolicyPublished;
export const referenceEventTypes = [
  'TechnicianRegistered',
  'DepotRegistered',
  'PartRegistered',
  'MachinePopulationCounted',
  'SlaPolicyPublished',
] as const satisfies readonly ReferenceEvent['type'][];
