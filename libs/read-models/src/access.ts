/**
 * Who may see which case, and how much of it. The one place that reads a scope: as a function for a case at hand, and as
 * SQL for lists, side by side so that the two do not drift apart.
 */
import type { Role, Scope } from '@fieldcase/contracts';

/** Office roles see everything in their regions, personal data included. */
const OFFICE: readonly Role[] = ['agent', 'dispatcher', 'supervisor'];
/** Readers see everything in their regions without personal data. */
const READERS: readonly Role[] = ['analyst', 'regulator'];

/** `contactless`: a technician after the case has ended, who keeps his own words and those of the repair; `masked`: no personal field at all. */
export type Access = 'full' | 'contactless' | 'masked' | 'none';

export interface AccessSubject {
  readonly region: string;
  readonly open: boolean;
  /** Technicians with a visit that was neither declined nor withdrawn. */
  readonly technicians: readonly string[];
}

const plays = (scope: Scope, roles: readonly Role[]): boolean => scope.roles.some((role) => roles.includes(role));

export function isOffice(scope: Scope): boolean {
  return plays(scope, OFFICE);
}

export function isReader(scope: Scope): boolean {
  return plays(scope, READERS);
}

export function isTechnician(scope: Scope): boolean {
  return scope.roles.includes('technician');
}

export function coversRegion(scope: Scope, region: string): boolean {
  return scope.regions === '*' || scope.regions.includes(region);
}

export function accessTo(scope: Scope, subject: AccessSubject): Access {
  const covered = coversRegion(scope, subject.region);
  if (covered && isOffice(scope)) return 'full';
  if (isTechnician(scope) && subject.technicians.includes(scope.sub)) return subject.open ? 'full' : 'contactless';
  return covered && plays(scope, READERS) ? 'masked' : 'none';
}

/** Values of a statement under construction; `add` answers the placeholder. */
export class Parameters {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export interface ScopeColumns {
  readonly region: string;
  /** A text[] column. */
  readonly technicians: string;
  /** SQL condition: the case is open. */
  readonly open: string;
}

function regionSql(scope: Scope, roles: readonly Role[], columns: ScopeColumns, parameters: Parameters): string {
  if (!plays(scope, roles)) return 'false';
  return scope.regions === '*' ? 'true' : `${columns.region} = any(${parameters.add(scope.regions)}::text[])`;
}

function technicianSql(scope: Scope, columns: ScopeColumns, parameters: Parameters): string {
  return isTechnician(scope) ? `${columns.technicians} @> array[${parameters.add(scope.sub)}::text]` : 'false';
}

type Condition = () => string;

/** A branch behind one that is always true is not written: its parameters would be bound and not used. */
function anyOf(...branches: readonly Condition[]): string {
  const possible: string[] = [];
  for (const branch of branches) {
    const condition = branch();
    if (condition === 'true') return 'true';
    if (condition !== 'false') possible.push(condition);
  }
  return possible.length === 0 ? 'false' : `(${possible.join(' or ')})`;
}

/** Rows that the caller may see at all. */
export function visibleSql(scope: Scope, columns: ScopeColumns, parameters: Parameters): string {
  return anyOf(
    () => regionSql(scope, [...OFFICE, ...READERS], columns, parameters),
    () => technicianSql(scope, columns, parameters),
  );
}

/** Rows whose personal fields the caller may see, and so may search in. */
export function personalSql(scope: Scope, columns: ScopeColumns, parameters: Parameters): string {
  return anyOf(
    () => regionSql(scope, OFFICE, columns, parameters),
    () => (isTechnician(scope) ? `(${technicianSql(scope, columns, parameters)} and ${columns.open})` : 'false'),
  );
}
