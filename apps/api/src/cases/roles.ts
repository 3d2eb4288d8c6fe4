import type { Role } from '@fieldcase/contracts';

/** Who may what with a case, in the words of the contract. */
export const OFFICE = ['agent', 'dispatcher', 'supervisor'] as const satisfies readonly Role[];
export const OFFICE_OR_TECHNICIAN = [...OFFICE, 'technician'] as const satisfies readonly Role[];
/** That visit's technician, or a dispatcher on his behalf. */
export const TECHNICIAN = ['technician', 'dispatcher'] as const satisfies readonly Role[];
export const DISPATCHER = ['dispatcher'] as const satisfies readonly Role[];
export const SUPERVISOR = ['supervisor'] as const satisfies readonly Role[];
/** For the depots that are theirs: a clerk's, a technician's van. */
export const DEPOT = ['depot-clerk', 'technician'] as const satisfies readonly Role[];
export const DEPOT_OR_SUPERVISOR = [...DEPOT, 'supervisor'] as const satisfies readonly Role[];
