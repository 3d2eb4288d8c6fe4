import { Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Language } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { DEPOT_OR_SUPERVISOR } from '../../cases/roles';
import { sendPage } from '../../http/page';
import { Asked, awaitReadModel, QueryRoute, type QueryCall } from '../../queries/query-call';
import { READ_SOURCES, type ReadSources } from '../../queries/read-sources';
import { callersDepots, depotsOf, isDepot, speaksFor } from '../depot-access';
import { FormQueryDto } from '../depot.queries.dto';
import { deliveryNotePage, pickListPage } from './form-pages';

/** As many rows as a sheet or two hold; the rest is printed when these are done. */
const MOST_ROWS = 200;

/** Forms to print; A4, in zh-CN and en. */
@ApiTags('stock')
@Controller('api/v1')
export class FormsController {
  constructor(@Inject(READ_SOURCES) private readonly sources: ReadSources) {}

  @QueryRoute('depots/:depotId/pick-list', {
    query: 'pickList',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'What to take from the shelves, the oldest promise first, to print',
    page: true,
    refusals: ['depot.unknown'],
  })
  async pickList(
    @Param('depotId') depotId: string,
    @Query() { after, lang }: FormQueryDto,
    @Asked() call: QueryCall,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const reference = await this.sources.reference.current();
    const own = speaksFor(depotsOf(call.scope, DEPOT_OR_SUPERVISOR, reference), depotId);
    if (!own || !isDepot(reference, depotId)) throw new Rejection('depot.unknown', 'absent');
    await awaitReadModel(this.sources, 'case-board', after);
    const work = await this.sources.depots.worklist(depotId, { limit: MOST_ROWS }, reference.parts);
    const depot = { id: depotId, name: reference.depots[depotId]?.name ?? depotId };
    const options = { language: lang ?? call.language, now: this.sources.now(), more: work.next !== null };
    void reply.header('X-Position', work.position);
    return sendPage(
      reply,
      pickListPage(
        depot,
        work.items.filter(({ task }) => task === 'ship'),
        options,
      ),
    );
  }

  @QueryRoute('part-requests/:partRequestId/delivery-note', {
    query: 'deliveryNote',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'What goes with the parcel, to print; with the address until it was received',
    page: true,
    refusals: ['part-request.unknown'],
  })
  async deliveryNote(
    @Param('partRequestId') partRequestId: string,
    @Query() { lang }: FormQueryDto,
    @Asked() call: QueryCall,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const reference = await this.sources.reference.current();
    const depots = callersDepots(call.scope, DEPOT_OR_SUPERVISOR, reference);
    const position = (await this.sources.log.head()).toString();
    const known = /^[!-~]{1,200}$/.test(partRequestId);
    // As the depot sees it, whoever prints: nothing of other depots is on it.
    const view = known ? await this.sources.parts.atDepot(call.scope, depots, partRequestId) : null;
    if (view === null || view.depotId === null) throw new Rejection('part-request.unknown', 'absent');
    const depot = { id: view.depotId, name: reference.depots[view.depotId]?.name ?? view.depotId };
    const language: Language = lang ?? call.language;
    const partName = reference.parts[view.partNumber]?.name ?? '';
    void reply.header('X-Position', position);
    return sendPage(reply, deliveryNotePage(depot, view, partName, { language, now: this.sources.now() }));
  }
}
