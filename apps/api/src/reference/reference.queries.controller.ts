import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  DepotView,
  ListView,
  MachinePopulationView,
  PartView,
  SlaPolicyView,
  TechnicianRecordView,
  Versioned,
} from '@fieldcase/contracts';
import {
  depotStream,
  partStream,
  populationStream,
  referenceVersion,
  technicianStream,
  type ReferenceState,
} from '@fieldcase/domain';
import { Rejection } from '@fieldcase/eventsourcing';
import { ReferenceViews, type ReferenceVersions } from '@fieldcase/read-models';
import { plain } from '../http/plain';
import { Asked, awaitLog, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { AfterDto, PageDto, pageOf } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { CASE_READERS, FIGURE_READERS, PLANNERS } from '../queries/readers';
import { DepotsQueryDto, PartsQueryDto, PolicyQueryDto, PopulationsQueryDto } from './reference.queries.dto';

type Positioned<View> = View & { readonly position: string };

/** What was posted under the same addresses. */
@ApiTags('reference')
@Controller('api/v1')
export class ReferenceQueriesController {
  constructor(@Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'reference' | 'log' | 'waitMs'>) {}

  @QueryRoute('technicians/:id', {
    query: 'technician',
    roles: PLANNERS,
    summary: 'One technician as registered, active or not',
    answers: 'Technician',
    versioned: true,
  })
  technician(
    @Param('id') id: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<Positioned<TechnicianRecordView>> {
    return this.one(call, after, (views) => views.technician(id));
  }

  @QueryRoute('depots', {
    query: 'depots',
    roles: CASE_READERS,
    summary: 'Depots of the caller’s regions, or his own, by id',
    answers: 'DepotPage',
  })
  depots(
    @Query() { after, limit, cursor, ...filter }: DepotsQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<DepotView>> {
    return this.list(call, after, (views) => views.depots({ ...plain(filter), ...pageOf({ limit, cursor }) }));
  }

  @QueryRoute('depots/:id', {
    query: 'depot',
    roles: CASE_READERS,
    summary: 'One depot',
    answers: 'Depot',
    versioned: true,
  })
  depot(
    @Param('id') id: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<Positioned<DepotView>> {
    return this.one(call, after, (views) => views.depot(id));
  }

  @QueryRoute('parts', {
    query: 'parts',
    roles: CASE_READERS,
    summary: 'Parts that have a text in number or name, by number',
    answers: 'PartPage',
  })
  parts(
    @Query() { after, limit, cursor, ...filter }: PartsQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<PartView>> {
    return this.list(call, after, (views) => views.parts({ ...plain(filter), ...pageOf({ limit, cursor }) }));
  }

  @QueryRoute('parts/:partNumber', {
    query: 'part',
    roles: CASE_READERS,
    summary: 'One part',
    answers: 'Part',
    versioned: true,
  })
  part(
    @Param('partNumber') partNumber: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<Positioned<PartView>> {
    return this.one(call, after, (views) => views.part(partNumber));
  }

  @QueryRoute('sla-policies', {
    query: 'slaPolicies',
    roles: PLANNERS,
    summary: 'The latest version of every policy, the built-in ones too, by id',
    answers: 'SlaPolicyPage',
  })
  policies(@Query() { after, limit, cursor }: PageDto, @Asked() call: QueryCall): Promise<ListView<SlaPolicyView>> {
    return this.list(call, after, (views) => views.policies(pageOf({ limit, cursor })));
  }

  @QueryRoute('sla-policies/:id', {
    query: 'slaPolicy',
    roles: PLANNERS,
    summary: 'One policy: its latest version, or the one that a clock names',
    answers: 'SlaPolicy',
    versioned: true,
  })
  policy(
    @Param('id') id: string,
    @Query() { after, version }: PolicyQueryDto,
    @Asked() call: QueryCall,
  ): Promise<Positioned<SlaPolicyView>> {
    return this.one(call, after, (views) => views.policy(id, version === undefined ? undefined : Number(version)));
  }

  @QueryRoute('machine-populations', {
    query: 'machinePopulations',
    roles: FIGURE_READERS,
    summary: 'How many machines of a product each county has, by county and product',
    answers: 'MachinePopulationPage',
  })
  populations(
    @Query() { after, limit, cursor, ...filter }: PopulationsQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<MachinePopulationView>> {
    return this.list(call, after, (views) => views.populations({ ...plain(filter), ...pageOf({ limit, cursor }) }));
  }

  @QueryRoute('machine-populations/:county/:product', {
    query: 'machinePopulation',
    roles: FIGURE_READERS,
    summary: 'How many machines of a product a county has',
    answers: 'MachinePopulation',
    versioned: true,
  })
  population(
    @Param('county') county: string,
    @Param('product') product: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<Positioned<MachinePopulationView>> {
    return this.one(call, after, (views) => views.population(county, product));
  }

  /** Absent and not the caller's to see are the same answer. */
  private async one<View extends Versioned>(
    call: QueryCall,
    after: string | undefined,
    read: (views: ReferenceViews) => View | null,
  ): Promise<Positioned<View>> {
    const { position, views } = await this.fresh(call, after);
    const view = read(views);
    if (view === null) throw new Rejection('reference.unknown', 'absent');
    void call.reply.header('ETag', `"${view.version}"`);
    return positioned(call, { ...view, position });
  }

  private async list<View>(
    call: QueryCall,
    after: string | undefined,
    read: (views: ReferenceViews) => Omit<ListView<View>, 'position'>,
  ): Promise<ListView<View>> {
    const { position, views } = await this.fresh(call, after);
    return positioned(call, { ...read(views), position });
  }

  /** The position is taken first: the fold that is read afterwards includes it. */
  private async fresh(call: QueryCall, after: string | undefined) {
    await awaitLog(this.sources, after);
    const position = (await this.sources.log.head()).toString();
    const state = await this.sources.reference.current();
    return { position, views: new ReferenceViews(call.scope, state, versionsIn(state)) };
  }
}

const versionsIn = (state: ReferenceState): ReferenceVersions => ({
  technician: (id) => referenceVersion(state, technicianStream(id)),
  depot: (id) => referenceVersion(state, depotStream(id)),
  part: (partNumber) => referenceVersion(state, partStream(partNumber)),
  population: (county, product) => referenceVersion(state, populationStream(county, product)),
});
