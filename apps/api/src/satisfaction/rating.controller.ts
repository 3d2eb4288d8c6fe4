import { Body, Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  ClosureRatingsView,
  CommandReply,
  ListView,
  SatisfactionGroup,
  SatisfactionItem,
} from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { when } from '../cases/instants';
import { OFFICE } from '../cases/roles';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import { Asked, awaitLog, awaitReadModel, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { requireOrder } from '../queries/query-fields';
import { AfterDto } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { CASE_READERS, FIGURE_READERS } from '../queries/readers';
import { SatisfactionQueryDto, SubmitRatingDto } from './satisfaction.dto';

/** What customers say, told by telephone, and the figures of it. */
@ApiTags('satisfaction')
@Controller('api/v1')
export class RatingController {
  constructor(
    @Inject(CommandSender) private readonly commands: CommandSender,
    @Inject(READ_SOURCES) private readonly sources: ReadSources,
  ) {}

  @CommandRoute('cases/:id/ratings', {
    command: 'SubmitRating',
    roles: OFFICE,
    summary: 'The customer has rated by telephone; one rating of each kind per closing',
    refusals: [
      'rating.score',
      'rating.case-not-closed',
      'rating.already-given',
      'rating.too-late',
      'rating.enquiry',
      'rating.by-technician',
    ],
  })
  rate(
    @Param('id') id: string,
    @Body() { occurredAt, kind = 'csat', ...body }: SubmitRatingDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'SubmitRating', caseId: id, kind, via: 'telephone', ...plain(body) } as const;
    return this.commands.rate(call, when(occurredAt), command);
  }

  @QueryRoute('cases/:id/ratings', {
    query: 'caseRatings',
    roles: CASE_READERS,
    summary: 'Each closing of a case, the link of its survey for those who may hand it on, and what was said, by cycle',
    answers: 'CaseRatings',
  })
  async ratings(
    @Param('id') id: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<{ readonly items: readonly ClosureRatingsView[]; readonly position: string }> {
    await awaitLog(this.sources, after);
    const position = (await this.sources.log.head()).toString();
    const known = /^[!-~]{1,200}$/.test(id);
    const found = known ? await this.sources.ratings.ofCase(call.scope, id, this.sources.now()) : null;
    if (found === null) throw new Rejection('case.unknown', 'absent');
    const items = found.closures.map(({ open, ...closure }) => {
      if (!open || found.access !== 'full') return closure;
      return { ...closure, link: `/surveys/${this.sources.surveyLinks.tokenOf({ caseId: id, cycle: closure.cycle })}` };
    });
    return positioned(call, { items, position });
  }

  @QueryRoute('satisfaction', {
    query: 'satisfaction',
    roles: FIGURE_READERS,
    summary: 'What customers say, per group, in the order of the groups’ keys',
    answers: 'SatisfactionPage',
  })
  async figures(
    @Query() { after, groupBy, ...filter }: SatisfactionQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<SatisfactionItem>> {
    requireOrder(filter.from, filter.to);
    await awaitReadModel(this.sources, 'satisfaction', after);
    const groups = groupBy === undefined ? [] : ([...new Set(groupBy.split(','))] as SatisfactionGroup[]);
    return positioned(call, await this.sources.satisfaction.figures(call.scope, { ...plain(filter), groupBy: groups }));
  }
}
