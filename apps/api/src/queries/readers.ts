import type { Role } from '@fieldcase/contracts';

/** Who may ask about cases at all; which ones, and how much of them, is the scope's matter. */
export const CASE_READERS = [
  'agent',
  'dispatcher',
  'supervisor',
  'technician',
  'depot-clerk',
  'analyst',
  'regulator',
] as const satisfies readonly Role[];
export const PLANNERS = [
  'agent',
  'dispatcher',
  'supervisor',
  'technician',
  'analyst',
  'regulator',
] as const satisfies readonly Role[];
export const FIGURE_READERS = [
  'agent',
  'dispatcher',
  'supervisor',
  'analyst',
  'regulator',
] as const satisfies readonly Role[];
export const LIVE_READERS = CASE_READERS;
