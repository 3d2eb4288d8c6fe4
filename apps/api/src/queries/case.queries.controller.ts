import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  parseInstant,
  type CaseClocksView,
  type CasePageView,
  type CaseStatus,
  type CaseTimelineView,
  type CaseBoardItem,
  type ListView,
} from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import type { AsOfOption } from '@fieldcase/read-models';
import { malformed } from '../http/http-problem';
import { plain } from '../http/plain';
import { CASE_READERS } from './readers';
import { Asked, awaitLog, awaitReadModel, positioned, QueryRoute, type QueryCall } from './query-call';
import { BoardQueryDto, CaseQueryDto, pageOf } from './query.dto';
import { READ_SOURCES, type ReadSources } from './read-sources';

@ApiTags('queries')
@Controller('api/v1/cases')
export class CaseQueriesController {
  constructor(@Inject(READ_SOURCES) private readonly sources: ReadSources) {}

  @QueryRoute('', { query: 'cases', roles: CASE_READERS, summary: 'The board', answers: 'CaseBoardPage' })
  async board(
    @Query() { after, limit, cursor, status, ...filter }: BoardQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<CaseBoardItem>> {
    await awaitReadModel(this.sources, 'case-board', after);
    const asked = {
      ...plain(filter),
      ...(status === undefined ? {} : { status: status.split(',') as CaseStatus[] }),
      ...pageOf({ limit, cursor }),
    };
    return positioned(call, await this.sources.board.list(call.scope, asked, this.sources.now()));
  }

  @QueryRoute(':id', {
    query: 'case',
    roles: CASE_READERS,
    summary: 'One case',
    answers: 'CasePage',
    versioned: true,
  })
  async page(@Param('id') id: string, @Query() query: CaseQueryDto, @Asked() call: QueryCall): Promise<CasePageView> {
    const page = await this.fresh(id, query, (asOf) => this.sources.cases.page(call.scope, id, asOf));
    void call.reply.header('ETag', `"${page.version}"`);
    return positioned(call, page);
  }

  @QueryRoute(':id/timeline', {
    query: 'caseTimeline',
    roles: CASE_READERS,
    summary: 'Every event in order, in words of the business',
    answers: 'CaseTimeline',
  })
  async timeline(
    @Param('id') id: string,
    @Query() query: CaseQueryDto,
    @Asked() call: QueryCall,
  ): Promise<CaseTimelineView> {
    const { language, scope } = call;
    const timeline = await this.fresh(id, query, (asOf) =>
      this.sources.cases.timeline(scope, id, { ...asOf, language }),
    );
    return positioned(call, timeline);
  }

  @QueryRoute(':id/clocks', {
    query: 'caseClocks',
    roles: CASE_READERS,
    summary: 'Every clock with its explanation',
    answers: 'CaseClocks',
  })
  async clocks(
    @Param('id') id: string,
    @Query() query: CaseQueryDto,
    @Asked() call: QueryCall,
  ): Promise<CaseClocksView> {
    const { language, scope } = call;
    const now = this.sources.now();
    const clocks = await this.fresh(id, query, (asOf) =>
      this.sources.cases.clocks(scope, id, { ...asOf, language, now }),
    );
    return positioned(call, clocks);
  }

  /** Absent and not the caller's to see are the same answer. */
  private async fresh<View>(
    id: string,
    { after, asOf }: CaseQueryDto,
    read: (asOf: AsOfOption) => Promise<View | null>,
  ): Promise<View> {
    await awaitLog(this.sources, after);
    await requirePast(this.sources, asOf);
    const view = /^[!-~]{1,200}$/.test(id) ? await read(asOfOption(asOf)) : null;
    if (view === null) throw new Rejection('case.unknown', 'absent');
    return view;
  }
}

/** Clocks of the caller's side may be a little ahead of ours. */
const CLOCK_SKEW_MS = 5_000;

/** What will be known is not known: answering with what is known now would look like a forecast. */
async function requirePast({ log, now }: ReadSources, asOf: string | undefined): Promise<void> {
  if (asOf === undefined) return;
  const instant = parseInstant(asOf);
  const isPast = instant === undefined ? BigInt(asOf) <= (await log.head()) : instant <= now() + CLOCK_SKEW_MS;
  if (!isPast) throw malformed({ asOf: ['notFuture'] });
}

function asOfOption(asOf: string | undefined): AsOfOption {
  if (asOf === undefined) return {};
  const recordedAt = parseInstant(asOf);
  return { asOf: recordedAt === undefined ? { position: BigInt(asOf) } : { recordedAt } };
}
