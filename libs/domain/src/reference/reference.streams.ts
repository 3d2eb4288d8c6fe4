/** One stream per piece of reference data. */
import { streamId } from '@fieldcase/eventsourcing';
import type { ReferenceEvent } from './reference.events';

export const technicianStream = (id: string): string => streamId('technician', id);
export const depotStream = (id: string): string => streamId('depot', id);
export const partStream = (partNumber: string): string => streamId('part', partNumber);
export const populationStream = (county: string, product: string): string =>
  streamId('machine-population', county, product);
export const policyStream = (id: string): string => streamId('sla-policy', id);

export function streamOfReferenceEvent(event: ReferenceEvent): string {
  switch (event.type) {
    case 'TechnicianRegistered':
      return technicianStream(event.data.id);
    case 'DepotRegistered':
      return depotStream(event.data.id);
    case 'PartRegistered':
      return partStream(event.data.partNumber);
    case 'MachinePopulationCounted':
      return populationStream(event.data.county, event.data.product);
    case 'SlaPolicyPublished':
      return policyStream(event.data.id);
  }
}
