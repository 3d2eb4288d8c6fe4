import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PartRequestView } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { callersDepots } from '../depots/depot-access';
import { Asked, awaitLog, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { AfterDto } from '../queries/query.dto';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { CASE_READERS } from '../queries/readers';

@ApiTags('parts')
@Controller('api/v1')
export class PartQueriesController {
  constructor(
    @Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'parts' | 'reference' | 'log' | 'waitMs'>,
  ) {}

  @QueryRoute('part-requests/:partRequestId', {
    query: 'partRequest',
    roles: CASE_READERS,
    summary: 'One part request with what it was split into; to a depot, what it has itself and where to send it',
    answers: 'PartRequestAnswer',
    versioned: true,
    refusals: ['part-request.unknown'],
  })
  async partRequest(
    @Param('partRequestId') partRequestId: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<PartRequestView & { readonly version: number; readonly position: string }> {
    await awaitLog(this.sources, after);
    const position = (await this.sources.log.head()).toString();
    const reference = await this.sources.reference.current();
    const depots = callersDepots(call.scope, ['depot-clerk', 'technician'], reference);
    const found = /^[!-~]{1,200}$/.test(partRequestId)
      ? await this.sources.parts.partRequest(call.scope, depots, partRequestId)
      : null;
    if (found === null) throw new Rejection('part-request.unknown', 'absent');
    void call.reply.header('ETag', `"${found.version}"`);
    return positioned(call, { ...found.view, version: found.version, position });
  }
}
