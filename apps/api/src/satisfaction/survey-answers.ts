import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, HandleSurvey, type CommandAnswer, type SurveyLink } from '@fieldcase/application';
import type { RatingKind } from '@fieldcase/domain/events';
import { Rejection } from '@fieldcase/eventsourcing';
import type { SurveyPage } from '@fieldcase/read-models';
import { Metrics } from '../ops/metrics';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';

/** Whoever has the link is the customer. */
const CUSTOMER = { actor: 'customer', roles: ['customer'] } as const;

export interface Answer {
  readonly kind: RatingKind;
  readonly score: number;
  readonly comment?: string;
  readonly channel: string;
}

/** What a link opens, and what comes back by it. */
@Injectable()
export class SurveyAnswers {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'ratings' | 'surveyLinks' | 'now'>,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** @throws Rejection survey.unknown for whatever we did not make */
  async open(token: string): Promise<SurveyPage> {
    const { caseId, cycle } = this.linkOf(token);
    const page = await this.sources.ratings.survey(caseId, cycle, this.sources.now());
    if (page === null) throw new Rejection('survey.unknown', 'absent');
    return page;
  }

  /** @throws Rejection of the survey's decider */
  async answer(token: string, answer: Answer): Promise<CommandAnswer> {
    const { caseId, cycle } = this.linkOf(token);
    const command = { type: 'SubmitRating', caseId, cycle, via: 'link', ...answer } as const;
    const stop = this.metrics.commandStarted('SubmitRating');
    try {
      const given = await this.bus.execute(new HandleSurvey(command, CUSTOMER));
      stop('accepted');
      return given;
    } catch (error) {
      stop(error instanceof Rejection ? 'refused' : 'failed');
      throw error;
    }
  }

  private linkOf(token: string): SurveyLink {
    const link = this.sources.surveyLinks.read(token);
    if (!link) throw new Rejection('survey.unknown', 'absent');
    return link;
  }
}
