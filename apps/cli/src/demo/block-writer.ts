import {
  categoryOf,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { weekStreams } from '@fieldcase/domain';
import { Refusal } from '../failures';
import type { BegunBlock } from './blocks';
import { Diary } from './diary';
import { crewOf, sampleReference } from './reference';
import { ROUND_CASES, tellRound } from './sample-cases';
import type { Wave } from './waves';

const MONTH_MS = 31 * 86_400_000;

/** Writes what the log does not have yet of a block, and counts it. */
export class BlockWriter {
  cases = 0;
  events = 0;
  /** Versions of the streams as this run knows them; absent: 0. */
  private tails = new Map<string, number>();

  /** @param onProgress is told how many cases of the seed are complete */
  constructor(
    private readonly store: EventStore,
    private readonly onProgress: (cases: number) => void = () => undefined,
  ) {}

  async complete(block: BegunBlock): Promise<void> {
    const references = sampleReference(block.crew, block.startedAt - MONTH_MS);
    await this.register(references.writes);
    const weeks = await this.weeksOf(block);
    const diary = new Diary(weeks);
    this.tails = new Map([...weeks].map(([streamId, events]) => [streamId, events.length]));
    for (let round = 0; round * ROUND_CASES < block.cases; round += 1) {
      const waves = tellRound(block, round, references.state, diary).waves.all;
      const written = await this.writtenOf(waves);
      for (const wave of waves) {
        if (written.has(wave)) this.advance(wave);
        else await this.append(wave);
      }
      this.onProgress(block.firstCase + Math.min(block.cases, (round + 1) * ROUND_CASES));
    }
  }

  /** What the log knows already stays as it is. */
  private async register(writes: readonly StreamWrite[]): Promise<void> {
    for (;;) {
      const known = await this.store.readStreams(writes.map(({ streamId }) => streamId));
      const news = writes.filter(({ streamId }) => known.get(streamId)?.length === 0);
      if (news.length === 0) return;
      const { outcome } = await this.store.append({ writes: news });
      if (outcome === 'appended') this.count(news.flatMap(({ events }) => events));
    }
  }

  /** As they were when the block began. */
  private async weeksOf(block: BegunBlock): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const [from, to] = [block.startedAt - MONTH_MS, block.startedAt + MONTH_MS];
    const streams = crewOf(block.crew).flatMap(({ id }) => weekStreams(id, from, to));
    return this.store.readStreams(streams, { upToPosition: block.position });
  }

  /** Appends are all or nothing: one stream tells of all. */
  private async writtenOf(waves: readonly Wave[]): Promise<ReadonlySet<Wave>> {
    const known = await this.store.readStreams(waves.map((wave) => firstOf(wave).streamId));
    return new Set(
      waves.filter((wave) => {
        const { streamId, eventId } = firstOf(wave);
        return known.get(streamId)?.some((event) => event.eventId === eventId);
      }),
    );
  }

  private async append(wave: Wave): Promise<void> {
    for (;;) {
      const writes = [...wave].map(([streamId, events]) => ({ streamId, expected: this.tailOf(streamId), events }));
      const result = await this.store.append({ writes });
      if (result.outcome === 'appended') {
        this.count([...wave.values()].flat());
        return this.advance(wave);
      }
      // Another run of the same seed may have been faster.
      if ((await this.writtenOf([wave])).has(wave)) return this.advance(wave);
      // A case that was left half written has gone on by its clocks; they take back what turns out not to be so.
      const byTimers = result.outcome === 'conflict' && categoryOf(result.streamId) === 'clocks';
      if (!byTimers) throw goneOn();
      this.tails.set(result.streamId, result.actual);
    }
  }

  private tailOf(streamId: string): number {
    return this.tails.get(streamId) ?? 0;
  }

  private advance(wave: Wave): void {
    for (const [streamId, events] of wave) this.tails.set(streamId, this.tailOf(streamId) + events.length);
  }

  private count(events: readonly NewEvent[]): void {
    this.events += events.length;
    this.cases += events.filter(({ type }) => type === 'FaultReported').length;
  }
}

function firstOf(wave: Wave): { streamId: string; eventId: string } {
  const [first] = wave;
  return { streamId: first?.[0] ?? '', eventId: first?.[1][0]?.eventId ?? '' };
}

function goneOn(): Refusal {
  const what = 'Somebody has gone on with sample cases, or their technicians, before they were complete.';
  return new Refusal(`${what} What is in the log stays; choose another --seed for more.`);
}
