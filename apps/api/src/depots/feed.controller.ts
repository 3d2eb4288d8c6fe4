import { Controller, Inject, Param, Query, Req, type BeforeApplicationShutdown } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { FeedView } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { DEPOT_OR_SUPERVISOR } from '../cases/roles';
import { malformed } from '../http/http-problem';
import { Asked, positioned, QueryRoute, type QueryCall } from '../queries/query-call';
import { READ_SOURCES, type ReadSources } from '../queries/read-sources';
import { depotsOf, isDepot, speaksFor } from './depot-access';
import { FeedQueryDto } from './depot.queries.dto';

const DEFAULT_LIMIT = 50;

/** What a depot's own program follows. The sequence has no gaps, so the depot can prove that it missed nothing. */
@ApiTags('stock')
@Controller('api/v1/depots')
export class FeedController implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(@Inject(READ_SOURCES) private readonly sources: Pick<ReadSources, 'parts' | 'reference' | 'log'>) {}

  /** Who waits is answered with what there is, and comes back to the next process. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  @QueryRoute(':depotId/part-requests/feed', {
    query: 'partRequestFeed',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'Everything that has happened to this depot’s part requests, in order and without gaps; long poll',
    answers: 'PartRequestFeed',
    refusals: ['depot.unknown'],
  })
  async feed(
    @Param('depotId') depotId: string,
    @Query() { after = '0', wait = '0', limit }: FeedQueryDto,
    @Asked() call: QueryCall,
    @Req() request: FastifyRequest,
  ): Promise<FeedView> {
    const reference = await this.sources.reference.current();
    const isOwn = speaksFor(depotsOf(call.scope, DEPOT_OR_SUPERVISOR, reference), depotId);
    if (!isOwn || !isDepot(reference, depotId)) throw new Rejection('depot.unknown', 'absent');
    const most = limit === undefined ? DEFAULT_LIMIT : Number(limit);
    return positioned(call, await this.next(depotId, Number(after), Number(wait), most, request));
  }

  private async next(
    depotId: string,
    after: number,
    wait: number,
    limit: number,
    request: FastifyRequest,
  ): Promise<FeedView> {
    const { parts, log } = this.sources;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    request.raw.once('close', leave);
    const signal = AbortSignal.any([this.stopping.signal, gone.signal]);
    const until = performance.now() + wait * 1_000;
    try {
      for (;;) {
        const position = await log.head();
        const feed = await parts.feed(depotId, after, limit);
        // Of another log, or of this one before a restore: silence would pass for "nothing new" for ever.
        if (after > feed.head) throw malformed({ after: ['whole', 0, feed.head] });
        const left = until - performance.now();
        if (feed.items.length > 0 || left <= 0 || signal.aborted) return { ...feed, position: position.toString() };
        await log.waitForMore(position, left, signal);
      }
    } finally {
      request.raw.off('close', leave);
    }
  }
}
