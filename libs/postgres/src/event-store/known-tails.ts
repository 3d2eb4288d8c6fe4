import { BoundedMap, type AppendRequest, type AppendResult } from '@fieldcase/eventsourcing';

const KNOWN_STREAMS = 10_000;

/**
 * Versions that streams are known to have reached. Streams only grow, so a request that expects less can no longer be
 * written, only refused or replayed: any number of such requests may share a batch with anyone.
 */
export class KnownTails {
  private readonly tails = new BoundedMap<string, number>(KNOWN_STREAMS);

  learn(result: AppendResult): void {
    if (result.outcome === 'conflict') this.raise(result.streamId, result.actual);
    if (result.outcome === 'appended') for (const [streamId, version] of result.versions) this.raise(streamId, version);
  }

  areBeyond(request: AppendRequest): boolean {
    return [...request.writes, ...(request.checks ?? [])].some(
      ({ streamId, expected }) => expected !== 'any' && expected < (this.tails.get(streamId) ?? 0),
    );
  }

  private raise(streamId: string, version: number): void {
    if (version > (this.tails.get(streamId) ?? 0)) this.tails.set(streamId, version);
  }
}
