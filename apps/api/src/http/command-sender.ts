import { Inject, Injectable } from '@nestjs/common';
import {
  CommandBus,
  HandleCase,
  HandleReference,
  HandleStock,
  HandleSurvey,
  type CaseCommandInput,
  type CaseFacts,
  type CommandAnswer,
  type CommandOptions,
  type ForDepots,
  type ReferenceCommand,
  type StockCommandInput,
  type SurveyCommandInput,
} from '@fieldcase/application';
import { failpoint } from '@fieldcase/config';
import { parseInstant, type CommandReply } from '@fieldcase/contracts';
import { caseOfPartRequest } from '@fieldcase/domain';
import { Rejection } from '@fieldcase/eventsourcing';
import { CASE_ACCESS, coversRegion, mayAct, rolesOn, type CaseAccess } from './case-access';
import type { CommandCall } from './command-call';
import { depotsOf, speaksFor, type Depots } from '../depots/depot-access';
import { HttpProblem } from './http-problem';
import { withKnownNumber } from './known-numbers';
import { mayWrite, requireSeen } from './reference-access';
import { refusalOf } from './problem';
import { Metrics } from '../ops/metrics';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';

type OfPartRequest = Extract<CaseCommandInput, { readonly partRequestId: string }>;
interface Occurred {
  readonly occurredAt?: string;
}

/** The way of every command from its DTO to the bus and back into an answer. */
@Injectable()
export class CommandSender {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CASE_ACCESS) private readonly access: CaseAccess,
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'reference' | 'cases' | 'now'>,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** A new case: only in the caller's own regions. */
  async report(
    call: CommandCall,
    when: Occurred,
    command: Extract<CaseCommandInput, { type: 'ReportFault' }>,
  ): Promise<CommandReply> {
    if (!coversRegion(call.scope, command.region)) throw new HttpProblem(403, 'auth.region-not-allowed');
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, async () => {
      await this.requireLinkedCase(call, command, options);
      return this.bus.execute(new HandleCase(undefined, command, options));
    });
    return reply(call, answer, `/api/v1/cases/${answer.id}`);
  }

  /** To a case that is the caller's to act on; to everyone else it does not exist. */
  async onCase(call: CommandCall, caseId: string, when: Occurred, command: CaseCommandInput): Promise<CommandReply> {
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, async () => {
      const facts = isId(caseId) ? await this.access.factsOf(caseId) : null;
      if (facts && mayAct(call.scope, call.roles, facts)) {
        await this.requireOwnRegion(call, command, options);
        await this.requireLinkedCase(call, command, options);
        const roles = rolesOn(call.scope, facts);
        return this.bus.execute(new HandleCase(caseId, command, { ...options, roles }));
      }
      return this.answeredBefore(facts, options);
    });
    return reply(call, answer, locationOf(answer.made, `/api/v1/cases/${caseId}`));
  }

  /**
   * He may have acted himself out of sight (declined his visit, moved the case to another region): the repeated command
   * still gets its answer.
   */
  private async answeredBefore(facts: CaseFacts | null, options: CommandOptions): Promise<CommandAnswer> {
    const before = facts && (await this.access.answerOf?.(options));
    if (!before) throw new Rejection('case.unknown', 'absent');
    return before;
  }

  /** A case is not moved out of the caller's regions, as none is reported there. A repeated command is past this. */
  private async requireOwnRegion(call: CommandCall, command: CaseCommandInput, options: CommandOptions): Promise<void> {
    const region = command.type === 'CorrectDetails' ? command.changes.region : undefined;
    if (region === undefined || coversRegion(call.scope, region)) return;
    if (await this.access.answerOf?.(options)) return;
    throw new HttpProblem(403, 'auth.region-not-allowed');
  }

  /**
   * Another case that a command names must be the caller's to act on as well: else the answer is that of one which does
   * not exist. A repeated command is past this question.
   */
  private async requireLinkedCase(
    call: CommandCall,
    command: CaseCommandInput,
    options: CommandOptions,
  ): Promise<void> {
    const link = linkOf(command);
    if (!link) return;
    const facts = isId(link.caseId) ? await this.access.factsOf(link.caseId) : null;
    if (facts && mayAct(call.scope, call.roles, facts)) return;
    if (await this.access.answerOf?.(options)) return;
    throw new Rejection(link.code, 'unacceptable', {}, { [link.field]: 'the id of a case that exists' });
  }

  /** Of a part request of a case that is the caller's to act on; to everyone else there is no such request. */
  async onPartRequest(call: CommandCall, when: Occurred, command: OfPartRequest): Promise<CommandReply> {
    const caseId = caseOfPartRequest(command.partRequestId);
    const unknown = new Rejection('part-request.unknown', 'absent');
    if (caseId === undefined) throw unknown;
    try {
      return await this.onCase(call, caseId, when, command);
    } catch (error) {
      throw error instanceof Rejection && error.code === 'case.unknown' ? unknown : error;
    }
  }

  /** Of a part request that one of the caller's depots has now; which one that is, is decided with the command. */
  async forDepot(
    call: CommandCall,
    when: Occurred,
    commandFor: (depots: Depots) => Extract<OfPartRequest, ForDepots>,
  ): Promise<CommandReply> {
    const command = commandFor(await this.depotsOf(call));
    const caseId = caseOfPartRequest(command.partRequestId);
    if (caseId === undefined || !isId(caseId)) throw new Rejection('part-request.unknown', 'absent');
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, () =>
      this.bus.execute(new HandleCase(caseId, command, options)),
    );
    return reply(call, answer, undefined);
  }

  /** To stock of the caller's depots. `depotId`: where the route names the depot. */
  async stock(
    call: CommandCall,
    when: Occurred,
    commandFor: (depots: Depots) => StockCommandInput,
  ): Promise<CommandReply> {
    const depots = await this.depotsOf(call);
    const command = commandFor(depots);
    requireAddress(command, depots);
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, () => this.bus.execute(new HandleStock(command, options)));
    return reply(call, answer, locationOf(answer.made));
  }

  /** What the customer told about a case that is the caller's to act on. */
  async rate(
    call: CommandCall,
    when: Occurred,
    command: Extract<SurveyCommandInput, { type: 'SubmitRating' }>,
  ): Promise<CommandReply> {
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, async () => {
      const facts = isId(command.caseId) ? await this.access.factsOf(command.caseId) : null;
      if (!facts || !mayAct(call.scope, call.roles, facts)) return this.answeredBefore(facts, options);
      return this.bus.execute(new HandleSurvey(command, { ...options, roles: rolesOn(call.scope, facts) }));
    });
    return reply(call, answer, undefined);
  }

  private async depotsOf(call: CommandCall): Promise<Depots> {
    return depotsOf(call.scope, call.roles, await this.sources.reference.current());
  }

  /** To the reference data of the caller's regions. */
  async reference(call: CommandCall, when: Occurred, command: ReferenceCommand, path: string): Promise<CommandReply> {
    const options = optionsOf(call, when);
    const answer = await this.timed(call, command.type, async () => {
      if (!(await this.access.answerOf?.(options))) await this.requireOwnPlaces(call, command, options);
      return this.bus.execute(new HandleReference(command, options));
    });
    return reply(call, answer, `/api/v1/${path}`);
  }

  private async requireOwnPlaces(call: CommandCall, command: ReferenceCommand, options: CommandOptions): Promise<void> {
    const state = await this.sources.reference.current();
    if (!mayWrite(call.scope, command, state)) throw new Rejection('reference.unknown', 'absent');
    const now = this.sources.now();
    const { actor, occurredAt = now, roles } = options;
    requireSeen(call.scope, command, state, { now, occurredAt, actor, roles: roles ?? [] });
  }

  private async timed(call: CommandCall, command: string, run: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const stop = this.metrics.commandStarted(command);
    try {
      const answer = await run();
      stop(answer.replayed ? 'replayed' : 'accepted');
      return answer;
    } catch (error) {
      stop(refusalOf(error).status < 500 ? 'refused' : 'failed');
      throw await withKnownNumber(error, async (id) => (await this.sources.cases.page(call.scope, id))?.number);
    }
  }
}

/** Where the thing that a command made can be read. */
function locationOf(made: CommandAnswer['made'], otherwise?: string): string | undefined {
  const { partRequestId, transferId, adjustmentId } = made;
  if (partRequestId !== undefined) return `/api/v1/part-requests/${partRequestId}`;
  if (transferId !== undefined) return `/api/v1/transfers/${transferId}`;
  if (adjustmentId !== undefined) return `/api/v1/stock-adjustments/${adjustmentId}`;
  return Object.keys(made).length === 0 ? undefined : otherwise;
}

/** Another's depot does not exist, and neither does what has no id that could be stored. */
function requireAddress(command: StockCommandInput, depots: Depots): void {
  if ('depotId' in command && !speaksFor(depots, command.depotId)) throw new Rejection('depot.unknown', 'absent');
  if ('partNumber' in command && !isName(command.partNumber)) throw new Rejection('stock.part-unknown', 'absent');
  if ('transferId' in command && !isId(command.transferId)) throw new Rejection('transfer.unknown', 'absent');
  if ('adjustmentId' in command && !isId(command.adjustmentId)) throw new Rejection('adjustment.unknown', 'absent');
  if ('suggestionId' in command && !isName(command.suggestionId)) throw new Rejection('suggestion.unknown', 'absent');
}

function linkOf(command: CaseCommandInput): { caseId: string; field: string; code: string } | undefined {
  switch (command.type) {
    case 'MergeDuplicate':
      return { caseId: command.into, field: 'into', code: 'case.merge-target-unknown' };
    case 'ReportFault':
      return followUp(command.followUpOf);
    case 'CorrectDetails':
      return followUp(command.changes.followUpOf);
    default:
      return undefined;
  }
}

function followUp(caseId: string | undefined) {
  return caseId === undefined ? undefined : { caseId, field: 'followUpOf', code: 'case.follow-up-unknown' };
}

/** What can be the number of a part: some are written in Chinese. */
const isName = (text: string): boolean => /^[^\p{Cc}\s]{1,200}$/u.test(text);
/** What can be a case's id at all: short, and storable in the log's text columns. */
const isId = (text: string): boolean => /^[!-~]{1,200}$/.test(text);

function optionsOf(call: CommandCall, { occurredAt }: Occurred): CommandOptions {
  const at = occurredAt === undefined ? undefined : parseInstant(occurredAt);
  return {
    actor: call.scope.sub,
    roles: call.scope.roles,
    key: { sub: call.scope.sub, key: call.key, request: call.request },
    ...(call.ifMatch === undefined ? {} : { ifMatch: call.ifMatch }),
    ...(at === undefined ? {} : { occurredAt: at }),
  };
}

function reply(call: CommandCall, answer: CommandAnswer, location: string | undefined): CommandReply {
  const { id, version, position, made, created, replayed } = answer;
  failpoint('command.answering');
  void call.reply.code(created ? 201 : 200).header('ETag', `"${version}"`);
  if (created && location !== undefined) void call.reply.header('Location', location);
  if (replayed) void call.reply.header('Idempotency-Replayed', 'true');
  return { id, version, position, ...made };
}
