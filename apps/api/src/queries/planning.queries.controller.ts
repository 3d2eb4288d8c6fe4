import { Controller, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  ApprovalView,
  DayVisitView,
  ListView,
  SlaSummaryItem,
  SummaryGroup,
  TechnicianView,
} from '@fieldcase/contracts';
import { SUPERVISOR } from '../cases/roles';
import { depotsOf } from '../depots/depot-access';
import { plain } from '../http/plain';
import { Asked, awaitReadModel, positioned, QueryRoute, type QueryCall } from './query-call';
import { requireOrder } from './query-fields';
import { pageOf, PageDto, SummaryQueryDto, TechniciansQueryDto, VisitsQueryDto } from './query.dto';
import { FIGURE_READERS, PLANNERS } from './readers';
import { READ_SOURCES, type ReadSources } from './read-sources';

@ApiTags('queries')
@Controller('api/v1')
export class PlanningQueriesController {
  constructor(@Inject(READ_SOURCES) private readonly sources: ReadSources) {}

  @QueryRoute('technicians', {
    query: 'technicians',
    roles: PLANNERS,
    summary: 'Who can go, by name: agreed windows and open visits of a day',
    answers: 'TechnicianPage',
  })
  async technicians(
    @Query() { after, limit, cursor, ...filter }: TechniciansQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<TechnicianView>> {
    const { technicians, reference, now } = this.sources;
    await awaitReadModel(this.sources, 'case-board', after);
    const known = Object.values((await reference.current()).technicians);
    const asked = { ...plain(filter), ...pageOf({ limit, cursor }) };
    return positioned(call, await technicians.technicians(call.scope, asked, known, now()));
  }

  @QueryRoute('visits', {
    query: 'visits',
    roles: PLANNERS,
    summary: 'A technician’s day, the earliest first',
    answers: 'VisitPage',
  })
  async visits(
    @Query() { after, limit, cursor, ...filter }: VisitsQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<DayVisitView>> {
    await awaitReadModel(this.sources, 'case-board', after);
    const asked = { ...plain(filter), ...pageOf({ limit, cursor }) };
    return positioned(call, await this.sources.technicians.visits(call.scope, asked, this.sources.now()));
  }

  @QueryRoute('approvals', {
    query: 'approvals',
    roles: SUPERVISOR,
    summary: 'Pending exemptions, voidings and stock adjustments that the caller may decide, the oldest first',
    answers: 'ApprovalPage',
  })
  async approvals(
    @Query() { after, limit, cursor }: PageDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<ApprovalView>> {
    for (const name of ['case-board', 'depot-stock']) await awaitReadModel(this.sources, name, after);
    const depots = depotsOf(call.scope, SUPERVISOR, await this.sources.reference.current());
    return positioned(call, await this.sources.approvals.list(call.scope, pageOf({ limit, cursor }), depots));
  }

  @QueryRoute('sla/summary', {
    query: 'slaSummary',
    roles: FIGURE_READERS,
    summary: 'How promises were kept, per group, in the order of the groups’ keys',
    answers: 'SlaSummaryPage',
  })
  async summary(
    @Query() { after, groupBy, ...filter }: SummaryQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<SlaSummaryItem>> {
    requireOrder(filter.from, filter.to);
    await awaitReadModel(this.sources, 'sla-facts', after);
    const groups = groupBy === undefined ? [] : ([...new Set(groupBy.split(','))] as SummaryGroup[]);
    const asked = { ...plain(filter), groupBy: groups };
    return positioned(call, await this.sources.summary.summary(call.scope, asked, this.sources.now()));
  }
}
