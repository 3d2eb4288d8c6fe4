import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { AdjustmentView, ListView, StockCardRow, TransferView } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { Asked, awaitLog, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { AfterDto, PageDto, pageOf } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { CASE_READERS } from '../queries/readers';
import { depotsOf, isDepot, speaksFor, type Depots } from './depot-access';

/** Who may read a depot's shelves: its clerks, its technician, and those of its region. */
const DEPOT_READERS = CASE_READERS;
const isId = (text: string): boolean => /^[!-~]{1,200}$/.test(text);

/** Single cards, transfers and adjustments, read from the log: always fresh. */
@ApiTags('stock')
@Controller('api/v1')
export class StockQueriesController {
  constructor(
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'parts' | 'reference' | 'log' | 'waitMs'>,
  ) {}

  @QueryRoute('depots/:depotId/stock/:partNumber/card', {
    query: 'stockCard',
    roles: DEPOT_READERS,
    summary: 'The stock card: every movement and promise in order, with the balance after it',
    answers: 'StockCardPage',
    refusals: ['depot.unknown', 'stock.part-unknown'],
  })
  async card(
    @Param('depotId') depotId: string,
    @Param('partNumber') partNumber: string,
    @Query() { after, limit, cursor }: PageDto,
    @Asked() call: QueryCall,
  ): Promise<ListView<StockCardRow>> {
    const { depots, position } = await this.fresh(call, after);
    const reference = await this.sources.reference.current();
    if (!speaksFor(depots, depotId) || !isDepot(reference, depotId)) throw new Rejection('depot.unknown', 'absent');
    if (reference.parts[partNumber] === undefined) throw new Rejection('stock.part-unknown', 'absent', { partNumber });
    const asked = { ...pageOf({ limit, cursor }), language: call.language };
    const page = await this.sources.parts.card(call.scope, depotId, partNumber, asked);
    return positioned(call, { ...page, position });
  }

  @QueryRoute('transfers/:transferId', {
    query: 'transfer',
    roles: DEPOT_READERS,
    summary: 'One transfer, for the depot that sends and the one that receives',
    answers: 'Transfer',
    versioned: true,
    refusals: ['transfer.unknown'],
  })
  async transfer(
    @Param('transferId') transferId: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<TransferView & { readonly position: string }> {
    const { depots, position } = await this.fresh(call, after);
    const view = isId(transferId) ? await this.sources.parts.transfer(depots, transferId) : null;
    if (view === null) throw new Rejection('transfer.unknown', 'absent');
    void call.reply.header('ETag', `"${view.version}"`);
    return positioned(call, { ...view, position });
  }

  @QueryRoute('stock-adjustments/:adjustmentId', {
    query: 'stockAdjustment',
    roles: DEPOT_READERS,
    summary: 'One adjustment above the limit, and what became of it',
    answers: 'StockAdjustment',
    versioned: true,
    refusals: ['adjustment.unknown'],
  })
  async adjustment(
    @Param('adjustmentId') adjustmentId: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<AdjustmentView & { readonly position: string }> {
    const { depots, position } = await this.fresh(call, after);
    const view = isId(adjustmentId) ? await this.sources.parts.adjustment(call.scope, depots, adjustmentId) : null;
    if (view === null) throw new Rejection('adjustment.unknown', 'absent');
    void call.reply.header('ETag', `"${view.version}"`);
    return positioned(call, { ...view, position });
  }

  /** The position is taken first: what is read afterwards includes it. */
  private async fresh(
    call: QueryCall,
    after: string | undefined,
  ): Promise<{ readonly depots: Depots; readonly position: string }> {
    await awaitLog(this.sources, after);
    const position = (await this.sources.log.head()).toString();
    return { depots: depotsOf(call.scope, DEPOT_READERS, await this.sources.reference.current()), position };
  }
}
