import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DepotStockItem, ListView, SuggestionItem, WorklistItem } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import type { PartsByNumber } from '@fieldcase/read-models';
import { plain } from '../http/plain';
import { Asked, awaitReadModel, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { PageDto, pageOf } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { CASE_READERS } from '../queries/readers';
import { depotsOf, isDepot, speaksFor } from './depot-access';
import { DepotStockQueryDto } from './depot.queries.dto';

/** Who may read a depot's shelves: its clerks, its technician, and those of its region. */
const DEPOT_READERS = CASE_READERS;

/** What a depot has and has to do. */
@ApiTags('stock')
@Controller('api/v1/depots')
export class DepotQueriesController {
  constructor(@Inject(READ_SOURCES) private readonly sources: ReadSources) {}

  @QueryRoute(':depotId/stock', {
    query: 'depotStock',
    roles: DEPOT_READERS,
    summary: 'On hand, reserved, available, in transit, min and max, per part and owner',
    answers: 'DepotStockPage',
    refusals: ['depot.unknown'],
  })
  async stock(
    @Param('depotId') depotId: string,
    @Query() { after, limit, cursor, ...filter }: DepotStockQueryDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<DepotStockItem>> {
    const parts = await this.partsAt(call, depotId, after, ['depot-stock']);
    const asked = { ...plain(filter), ...pageOf({ limit, cursor }) };
    return positioned(call, await this.sources.depots.stock(depotId, asked, parts));
  }

  @QueryRoute(':depotId/suggestions', {
    query: 'suggestions',
    roles: DEPOT_READERS,
    summary: 'Open suggestions to replenish, by part',
    answers: 'SuggestionPage',
    refusals: ['depot.unknown'],
  })
  async suggestions(
    @Param('depotId') depotId: string,
    @Query() { after, limit, cursor }: PageDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<SuggestionItem>> {
    const parts = await this.partsAt(call, depotId, after, ['depot-stock']);
    return positioned(call, await this.sources.depots.suggestions(depotId, pageOf({ limit, cursor }), parts));
  }

  @QueryRoute(':depotId/worklist', {
    query: 'worklist',
    roles: DEPOT_READERS,
    summary: 'What to do, the oldest promise first: ship, wait, take back, send, receive, count',
    answers: 'WorklistPage',
    refusals: ['depot.unknown'],
  })
  async worklist(
    @Param('depotId') depotId: string,
    @Query() { after, limit, cursor }: PageDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<WorklistItem>> {
    const parts = await this.partsAt(call, depotId, after, ['case-board', 'depot-stock']);
    return positioned(call, await this.sources.depots.worklist(depotId, pageOf({ limit, cursor }), parts));
  }

  /** @throws Rejection depot.unknown: absent and not the caller's are the same answer */
  private async partsAt(
    call: QueryCall,
    depotId: string,
    after: string | undefined,
    readModels: readonly string[],
  ): Promise<PartsByNumber> {
    const reference = await this.sources.reference.current();
    const own = speaksFor(depotsOf(call.scope, DEPOT_READERS, reference), depotId);
    if (!own || !isDepot(reference, depotId)) throw new Rejection('depot.unknown', 'absent');
    for (const name of readModels) await awaitReadModel(this.sources, name, after);
    return reference.parts;
  }
}
