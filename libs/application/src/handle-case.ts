import { Command } from '@nestjs/cqrs';
import type { CaseCommand } from '@fieldcase/domain';

type Resolved =
  | 'caseId'
  | 'number'
  | 'sla'
  | 'depotId'
  | 'homeDepot'
  | 'windowMs'
  | 'serialised'
  | 'makerId'
  | 'sources'
  | 'backorderAt'
  | 'van';
type MadeIds = { DispatchTechnician: 'visitId'; RequestExemption: 'exemptionId' };
/** Commands that only the depot gives which has the request now: which depots the caller speaks for. */
export interface ForDepots {
  readonly depots: '*' | readonly string[];
}
type ByDepot = 'AcknowledgePartRequest' | 'DeclinePartRequest' | 'ShipPart' | 'ReceiveReturn';
type InputOf<T> = T extends { readonly type: infer N }
  ? Omit<T, Resolved | (N extends keyof MadeIds ? MadeIds[N] : never)> &
      (N extends ByDepot ? ForDepots : N extends 'BreakPartPromise' ? { readonly depotId: string } : object)
  : never;
/** What the caller gives: new ids and references are made and resolved by the handler. */
export type CaseCommandInput = InputOf<Exclude<CaseCommand, { type: 'AbsorbDuplicate' }>>;

/** How a command is carried out, the same for every decider. */
export interface CommandOptions {
  readonly actor: string;
  readonly roles: readonly string[];
  /** Epoch ms; absent = now. */
  readonly occurredAt?: number;
  /** Import, sample data: no 72 h bound. */
  readonly unbounded?: boolean;
  /** From `If-Match`: another version of the main stream is a VersionMismatch (412). */
  readonly ifMatch?: number;
  /** Idempotency: the client's key under its `sub`, and what the hash covers. */
  readonly key?: { readonly sub: string; readonly key: string; readonly request: string };
  readonly correlationId?: string;
}

export interface CommandAnswer {
  readonly id: string;
  /** The case stream's own version. */
  readonly version: number;
  /** As string: 64 bit. */
  readonly position: string;
  /** Made by the command: number, visitId, exemptionId, ... */
  readonly made: Readonly<Record<string, string>>;
  /** It made a new thing: 201. */
  readonly created: boolean;
  readonly replayed: boolean;
}

/** One bus message for all commands of a case. `caseId` is absent for ReportFault. */
export class HandleCase extends Command<CommandAnswer> {
  constructor(
    readonly caseId: string | undefined,
    readonly command: CaseCommandInput,
    readonly options: CommandOptions,
  ) {
    super();
  }
}
