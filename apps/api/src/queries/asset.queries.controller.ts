import { Controller, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { AssetView } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { Asked, awaitReadModel, positioned, QueryRoute, type QueryCall } from './query-call';
import { AfterDto } from './query.dto';
import { READ_SOURCES, type ReadSources } from './read-sources';
import { CASE_READERS } from './readers';

@ApiTags('queries')
@Controller('api/v1/assets')
export class AssetQueriesController {
  constructor(@Inject(READ_SOURCES) private readonly sources: ReadSources) {}

  @QueryRoute(':serial', {
    query: 'asset',
    roles: CASE_READERS,
    summary: 'A machine’s cases, the newest first, and how long it stood still',
    answers: 'Asset',
    refusals: ['asset.unknown'],
  })
  async asset(
    @Param('serial') serial: string,
    @Query() { after }: AfterDto,
    @Asked() call: QueryCall,
  ): Promise<AssetView> {
    await awaitReadModel(this.sources, 'case-board', after);
    const known = /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(serial);
    const view = known ? await this.sources.assets.asset(call.scope, serial, this.sources.now()) : null;
    if (view === null) throw new Rejection('asset.unknown', 'absent');
    return positioned(call, view);
  }
}
