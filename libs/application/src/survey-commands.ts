import { Command } from '@nestjs/cqrs';
import { Rejection } from '@fieldcase/eventsourcing';
import { caseStream, surveyStream, type CaseState, type FollowUp, type RatedCase } from '@fieldcase/domain';
import type { RatingKind, RatingVia } from '@fieldcase/domain/events';
import type { AppendDraft } from './append-draft';
import type { CommandRunner } from './command-runner';
import type { CommandAnswer, CommandOptions } from './handle-case';
import { metadataOf } from './metadata';
import { StreamTask, type StreamTaskPorts } from './stream-task';

export const SURVEYS_ACTOR = 'surveys';

type C<Type extends string, Body> = { readonly type: Type; readonly caseId: string } & Readonly<Body>;
export type SurveyCommandInput =
  | C<'SendSurvey', { cycle: number }>
  | C<
      'SubmitRating',
      { cycle?: number; kind: RatingKind; score: number; via: RatingVia; channel: string; comment?: string }
    >;

/** One bus message for the surveys of cases. */
export class HandleSurvey extends Command<CommandAnswer> {
  constructor(
    readonly command: SurveyCommandInput,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

/** Surveys and ratings, without HTTP: the CommandBus handler, the sender and the demo use this. */
export class SurveyCommands {
  constructor(
    private readonly ports: StreamTaskPorts,
    private readonly runner: CommandRunner,
  ) {}

  /**
   * Answers the case's id and version, which `ifMatch` means as well.
   * @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable
   */
  async handle({ caseId, ...command }: SurveyCommandInput, options: CommandOptions): Promise<CommandAnswer> {
    const main = caseStream(caseId);
    const resolve = async (draft: AppendDraft): Promise<readonly FollowUp[]> => {
      const rated = ratedCase(await draft.read<CaseState>(main));
      return [{ streamId: surveyStream(caseId), command: { ...command, case: rated } }];
    };
    const task = { main, id: caseId, resolve, checksRead: true, metadata: metadataOf(options) };
    return this.runner.run(new StreamTask(this.ports, task), options);
  }
}

function ratedCase({ phase, cycle, closedAt, attributes }: CaseState): RatedCase {
  if (phase === 'absent') throw new Rejection('case.unknown', 'absent');
  return { phase, cycle, closedAt, caseType: attributes.caseType };
}
