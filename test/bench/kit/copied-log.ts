import { categoryOf, rootOf, shardOf, type Instant } from '@fieldcase/eventsourcing';
import { copiedTexts, type Copy, type CopiedText } from './copied-line';
import { SAMPLE_CASES, SAMPLE_NOW, type SampleEvent, type SampleEvents } from './sample-events';

/** A line each of `copy fieldcase.events` and `copy fieldcase.personal_data`. */
export interface CopiedLines {
  readonly event: string;
  readonly personal: string | undefined;
}

interface CopiedEvent {
  readonly streamId: CopiedText;
  /** Of a stream that no other copy writes. */
  readonly version: number | undefined;
  readonly body: CopiedText;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly personal: CopiedText | undefined;
}

/** A mid-sized organisation: a million events are about a year. */
const CASES_PER_DAY = 250;
const DAY = 86_400_000;
const SPAN = 32 * DAY;
/** Of 28 depots and 12 technicians each. */
const MOST_CREWS = 64;
/** Streams of one case. */
const OWN = new Set(['case', 'clocks', 'parts', 'survey']);

/**
 * The sample cases again and again, each copy a little later than the one before, so that as many cases are under way
 * at once as in a live log. Positions are gapless, versions are those that `append` would have given.
 */
export class CopiedLog {
  cases = 0;
  private position = 0;
  private readonly tails = new Map<string, number>();

  constructor(
    private readonly samples: SampleEvents,
    private readonly size: number,
  ) {}

  *lines(): Generator<CopiedLines> {
    const { before, cases } = this.samples;
    const copies = Math.ceil(this.size / cases.length) + 1;
    // A small log has fewer cases under way, or none would be over.
    const turns = Math.max(1, Math.min(Math.ceil((SPAN / DAY) * (CASES_PER_DAY / SAMPLE_CASES)), copies >> 2));
    const crews = Math.max(1, Math.min(MOST_CREWS, copies >> 4));
    const step = SPAN / turns;
    const first = SAMPLE_NOW - SPAN - copies * step;
    const texts = copiedTexts(numbersOf(cases));
    yield* this.reference(before, crews, first, texts, copies);
    const start = SAMPLE_NOW - SPAN;
    const inTurn = cases
      .map((event) => ({ turn: Math.floor((event.recordedAt - start) / step), event: copied(event, texts) }))
      .sort((a, b) => phaseOf(a.event, start, step) - phaseOf(b.event, start, step));
    for (let period = 0; this.position < this.size; period += 1) {
      this.cases = Math.min(period + 1, copies) * SAMPLE_CASES;
      for (const { turn, event } of inTurn) {
        const index = period - turn;
        if (index < 0) continue;
        if (this.position === this.size) return;
        yield this.line(event, { index, crew: index % crews, shift: first + index * step - start });
      }
    }
  }

  /** What names no crew is there once. */
  private *reference(
    before: readonly SampleEvent[],
    crews: number,
    at: Instant,
    texts: (text: string) => CopiedText,
    copies: number,
  ): Generator<CopiedLines> {
    for (const event of before) {
      const { type } = event;
      const data = type === 'CaseNumbersReserved' ? { from: 0, count: copies * SAMPLE_CASES } : event.data;
      const one = copied({ ...event, data, recordedAt: at, occurredAt: at }, texts);
      const times = JSON.stringify([event.streamId, data]).includes('demo-') ? crews : 1;
      for (let crew = 0; crew < times; crew += 1) {
        if (this.position === this.size) return;
        yield this.line(one, { index: crew, crew, shift: 0 });
      }
    }
  }

  private line(event: CopiedEvent, copy: Copy): CopiedLines {
    const streamId = event.streamId(copy);
    const version = event.version ?? (this.tails.get(streamId) ?? 0) + 1;
    if (event.version === undefined) this.tails.set(streamId, version);
    this.position += 1;
    const times = `${instant(event.occurredAt + copy.shift)}\t${instant(event.recordedAt + copy.shift)}`;
    return {
      event: `${this.position}\t${streamId}\t${version}\t${shardOf(streamId)}\t${event.body(copy)}\t${times}\n`,
      personal: event.personal && `${this.position}\t${event.personal(copy)}\n`,
    };
  }
}

function copied(event: SampleEvent, texts: (text: string) => CopiedText): CopiedEvent {
  const { eventId, type, schemaVersion, data, metadata, personal, streamId } = event;
  return {
    streamId: texts(streamId),
    version: OWN.has(categoryOf(streamId)) ? event.version : undefined,
    body: texts([eventId, type, schemaVersion, jsonOf(data), jsonOf(metadata)].join('\t')),
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    personal: personal && texts(`${rootOf(streamId)}\t${jsonOf(personal)}`),
  };
}

const phaseOf = ({ recordedAt }: CopiedEvent, start: Instant, step: number): number => (recordedAt - start) % step;

const instant = (at: number): string => new Date(at).toISOString();

/** As COPY reads it. */
const jsonOf = (data: object): string => JSON.stringify(data).replaceAll('\\', String.raw`\\`);

function numbersOf(cases: readonly SampleEvent[]): string[] {
  return cases.flatMap(({ type, data }) => (type === 'FaultReported' ? [(data as { number: string }).number] : []));
}
