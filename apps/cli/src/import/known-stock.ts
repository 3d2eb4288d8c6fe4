/** What the log knows of stock before it is imported, and what the rows of this run add to it. */
import { serialDecider, serialStream, stockStream, type SerialState } from '@fieldcase/domain';
import { Rejection, type DomainEvent, type EventStore, type Fact } from '@fieldcase/eventsourcing';
import type { StockRow } from './stock-rows';

/** Of which all events are in memory at once. */
const CARDS_AT_ONCE = 100;
const SERIALS_AT_ONCE = 1_000;
/** A serial number is decided by its place alone. */
const ANY_CONTEXT = { now: 0, occurredAt: 0, actor: '', roles: [] };

type Receipt = Pick<StockRow, 'depotId' | 'partNumber' | 'serials'>;

export class KnownStock {
  private readonly cards = new Set<string>();
  private readonly booked = new Set<string>();
  private readonly serials = new Map<string, SerialState>();

  constructor(private readonly store: EventStore) {}

  /** Each card and each serial number is asked for once, however many rows name it. */
  async learn(receipts: readonly Receipt[]): Promise<void> {
    const serials = new Set(receipts.flatMap(({ partNumber, serials: given = [] }) => streamsOf(partNumber, given)));
    await this.inParts(unknownOf(serials, this.serials), SERIALS_AT_ONCE, (streamId, events) => {
      const facts = events as unknown as readonly Fact<never>[];
      this.serials.set(streamId, facts.reduce(serialDecider.evolve, serialDecider.initialState));
    });
    const cards = new Set(receipts.map(({ depotId, partNumber }) => stockStream(depotId, partNumber)));
    await this.inParts(unknownOf(cards, this.cards), CARDS_AT_ONCE, (streamId, events) => {
      this.cards.add(streamId);
      for (const { data } of events) {
        const { reference } = data as { readonly reference?: { readonly kind: string; readonly id: string } };
        if (reference?.kind === 'import') this.booked.add(reference.id);
      }
    });
  }

  /** However long ago. */
  isBooked({ id }: Pick<StockRow, 'id'>): boolean {
    return this.booked.has(id);
  }

  /** As the log would decide it after the rows above: @returns its refusal, or undefined for a row that is now taken */
  take({ depotId, partNumber, serials = [] }: Receipt): Rejection | undefined {
    try {
      for (const serial of serials) {
        const state = this.serials.get(serialStream(partNumber, serial)) ?? serialDecider.initialState;
        serialDecider.decide({ type: 'ShelveSerial', serial, depotId, fresh: true }, state, ANY_CONTEXT);
      }
    } catch (error) {
      if (error instanceof Rejection) return error;
      throw error;
    }
    for (const streamId of streamsOf(partNumber, serials)) this.serials.set(streamId, { depotId, out: false });
    return undefined;
  }

  private async inParts(
    streamIds: readonly string[],
    atOnce: number,
    learnt: (streamId: string, events: readonly DomainEvent[]) => void,
  ): Promise<void> {
    for (let from = 0; from < streamIds.length; from += atOnce) {
      const read = await this.store.readStreams(streamIds.slice(from, from + atOnce));
      for (const [streamId, events] of read) learnt(streamId, events);
    }
  }
}

const streamsOf = (partNumber: string, serials: readonly string[]): readonly string[] =>
  serials.map((serial) => serialStream(partNumber, serial));
const unknownOf = (asked: ReadonlySet<string>, known: { has(streamId: string): boolean }): readonly string[] =>
  [...asked].filter((streamId) => !known.has(streamId));
