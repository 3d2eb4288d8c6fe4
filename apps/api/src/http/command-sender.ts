import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  HandleCase,
  HandleReference,
  type CaseCommandInput,
  type CommandAnswer,
  type CommandOptions,
  type ReferenceCommand,
} from '@fieldcase/application';
import { parseInstant, type CommandReply } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { CASE_ACCESS, mayAct, type CaseAccess } from './case-access';
import type { CommandCall } from './command-call';
import { HttpProblem } from './http-problem';
import { Metrics } from '../ops/metrics';

interface Occurred {
  readonly occurredAt?: string;
}

/** The way of every command from its DTO to the bus and back into an answer. */
@Injectable()
export class CommandSender {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CASE_ACCESS) private readonly access: CaseAccess,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** A new case: only in the caller's own regions. */
  async report(
    call: CommandCall,
    when: Occurred,
    command: Extract<CaseCommandInput, { type: 'ReportFault' }>,
  ): Promise<CommandReply> {
    const { regions } = call.scope;
    if (regions !== '*' && !regions.includes(command.region)) throw new HttpProblem(403, 'auth.region-not-allowed');
    const answer = await this.timed(command.type, () =>
      this.bus.execute(new HandleCase(undefined, command, optionsOf(call, when))),
    );
    return reply(call, answer, `/api/v1/cases/${answer.id}`);
  }

  /** To a case that is the caller's to act on; to everyone else it does not exist. */
  async onCase(call: CommandCall, caseId: string, when: Occurred, command: CaseCommandInput): Promise<CommandReply> {
    const options = optionsOf(call, when);
    const answer = await this.timed(command.type, async () => {
      const facts = isId(caseId) ? await this.access.factsOf(caseId) : null;
      if (facts && mayAct(call.scope, call.roles, facts)) {
        return this.bus.execute(new HandleCase(caseId, command, options));
      }
      // He may have acted himself out of sight (declined his visit, moved the case to another region): the repeated
      // command still gets its answer.
      const before = facts && (await this.access.answerOf?.(options));
      if (!before) throw new Rejection('case.unknown', 'absent');
      return before;
    });
    const made = Object.values(answer.made)[0];
    return reply(call, answer, made === undefined ? undefined : `/api/v1/cases/${caseId}`);
  }

  /** To the reference data. */
  async reference(call: CommandCall, when: Occurred, command: ReferenceCommand, path: string): Promise<CommandReply> {
    const answer = await this.timed(command.type, () =>
      this.bus.execute(new HandleReference(command, optionsOf(call, when))),
    );
    return reply(call, answer, `/api/v1/${path}`);
  }

  private async timed(command: string, run: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const stop = this.metrics.commandStarted(command);
    try {
      const answer = await run();
      stop(answer.replayed ? 'replayed' : 'accepted');
      return answer;
    } catch (error) {
      stop(error instanceof Rejection ? 'refused' : 'failed');
      throw error;
    }
  }
}

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
  void call.reply.code(created ? 201 : 200).header('ETag', `"${version}"`);
  if (created && location !== undefined) void call.reply.header('Location', location);
  if (replayed) void call.reply.header('Idempotency-Replayed', 'true');
  return { id, version, position, ...made };
}
