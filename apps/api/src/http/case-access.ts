import type { CaseFacts, CommandAnswer, CommandOptions } from '@fieldcase/application';
import type { Role, Scope } from '@fieldcase/contracts';

export const CASE_ACCESS = Symbol('CaseAccess');

/** What object-level checks are decided on; the application's `CaseCommands` is one. */
export interface CaseAccess {
  factsOf(caseId: string): Promise<CaseFacts | null>;
  /** The remembered answer of a command that was accepted before. */
  answerOf?(options: CommandOptions): Promise<CommandAnswer | undefined>;
}

export const coversRegion = ({ regions }: Scope, region: string): boolean =>
  regions === '*' || regions.includes(region);

/**
 * The one object-level check of commands.
 * @param roles those that the route allows: a technician acts on cases with a visit of his, all others in their regions
 */
export function mayAct(scope: Scope, roles: readonly Role[], { region, technicianIds }: CaseFacts): boolean {
  return scope.roles.some((role) => {
    if (!roles.includes(role)) return false;
    if (role === 'technician') return technicianIds.includes(scope.sub);
    return coversRegion(scope, region);
  });
}

/** As whom he acts on this case: an office role counts in its regions only, also where another role lets him in. */
export function rolesOn(scope: Scope, { region }: CaseFacts): readonly Role[] {
  const inRegion = coversRegion(scope, region);
  return scope.roles.filter((role) => inRegion || role === 'technician');
}
