/** Part requests, stock cards, transfers, adjustments and the depots' feeds, read from their streams: always fresh. */
import { streamId, type EventStore, type ReadOptions, type RecordedEvent } from '@fieldcase/eventsourcing';
import type {
  AdjustmentView,
  FeedItem,
  FeedView,
  Language,
  PartRequestView,
  Scope,
  StockCardRow,
  TransferView,
} from '@fieldcase/contracts';
import {
  personalFieldsOf,
  type AdjustmentEvent,
  type PartRequestNoticed,
  type TransferEvent,
} from '@fieldcase/domain/events';
import { caseOfPartRequest } from '@fieldcase/domain/parts';
import { accessTo, isReader } from '../access';
import { known } from '../case-views/known';
import { visibleFacts } from '../case-views/personal-fields';
import { limitOf } from '../cursor';
import { evolveCaseFold, initialCaseFold, techniciansOf } from '../fold/case-fold';
import { isCaseFact } from '../fold/apply-batch';
import type { CaseFact } from '../fold/case-fact';
import { instantText } from '../formatting';
import { partsOfCase, requestView } from './part-request-view';
import { cardPage, type CardRows, type ReadCard } from './card-page';

type Depots = '*' | readonly string[];
export type CardPage = CardRows;

/** For which depots a caller speaks: with a technician's own van, and without. */
export interface CallersDepots {
  readonly all: Depots;
  readonly asClerk: Depots;
}

export interface VersionedRequest {
  readonly view: PartRequestView;
  /** Of all the case's parts: what `If-Match` of a command about any of them is compared with. */
  readonly version: number;
}

export class PartViews {
  constructor(private readonly store: EventStore) {}

  /**
   * To whoever may see the case the request with all of its parts; to a depot what it has itself, and where to send it.
   * Null when there is none, or the caller may not see it: the two look the same.
   * @param depots that the caller speaks for; a technician's van is told an address while he is on the case only
   */
  async partRequest(scope: Scope, depots: CallersDepots, partRequestId: string): Promise<VersionedRequest | null> {
    const facts = await this.factsOf(partRequestId);
    if (facts.length === 0) return null;
    const fold = facts.reduce(evolveCaseFold, initialCaseFold);
    const subject = { region: fold.region, open: fold.ended === null, technicians: techniciansOf(fold) };
    const access = accessTo(scope, subject);
    const options = {
      text: instantText,
      ...(access === 'none' ? { depots: depots.all, addressed: depots.asClerk } : {}),
    };
    const seen = access === 'none' ? facts : visibleFacts(facts, access, scope.sub);
    const view = requestView(partsOfCase(seen, instantText), partRequestId, options);
    if (view === undefined) return null;
    const version = facts.findLast(({ streamId: stream }) => stream.startsWith('parts:'))?.version ?? 0;
    return { view, version };
  }

  /** As a depot sees it: what it has itself, and where to send it. */
  async atDepot(scope: Scope, depots: CallersDepots, partRequestId: string): Promise<PartRequestView | null> {
    const facts = await this.factsOf(partRequestId);
    const onCase = techniciansOf(facts.reduce(evolveCaseFold, initialCaseFold)).includes(scope.sub);
    const options = { text: instantText, depots: depots.all, addressed: onCase ? depots.all : depots.asClerk };
    return requestView(partsOfCase(facts, instantText), partRequestId, options) ?? null;
  }

  /** Of the case that the request's id names, personal data included. */
  private async factsOf(partRequestId: string): Promise<readonly (RecordedEvent & CaseFact)[]> {
    const caseId = caseOfPartRequest(partRequestId);
    if (caseId === undefined) return [];
    const streams = ['case', 'clocks', 'parts'].map((category) => streamId(category, caseId));
    const read = await this.store.readStreams(streams, { personal: true });
    const events = streams.flatMap((id) => read.get(id) ?? []).sort((a, b) => (a.position < b.position ? -1 : 1));
    return events.filter(isCaseFact);
  }

  /** Oldest first; a card that nobody has written to has no rows. */
  async card(
    scope: Scope,
    depotId: string,
    partNumber: string,
    options: { readonly limit?: number; readonly cursor?: string; readonly language: Language },
  ): Promise<CardPage> {
    const stream = streamId('stock', depotId, partNumber);
    const read: ReadCard = (afterVersion, limit) => this.personal(scope, stream, { afterVersion, limit });
    const { items, next } = await cardPage(read, { ...options, limit: limitOf(options.limit) });
    return { items: await this.withReasons(scope, items), next };
  }

  /** Why an adjustment was asked for, and by whom, stands where it was asked for. */
  private async withReasons(scope: Scope, rows: readonly StockCardRow[]): Promise<readonly StockCardRow[]> {
    return Promise.all(
      rows.map(async (row) => {
        if (row.reference?.kind !== 'adjustment') return row;
        const adjustment = await this.adjustment(scope, '*', row.reference.id);
        return { ...row, ...known({ reason: adjustment?.reason, requestedBy: adjustment?.requestedBy }) };
      }),
    );
  }

  /** @param after sequence, exclusive */
  async feed(depotId: string, after: number, limit: number): Promise<Omit<FeedView, 'position'>> {
    const stream = streamId('depotfeed', depotId);
    const events = (await this.store.readStreams([stream], { afterVersion: after, limit })).get(stream) ?? [];
    const items = events.map(feedItemOf);
    const nextAfter = items.at(-1)?.sequence ?? after;
    // The last event says how long a stream is; a depot that is up to date has just read it.
    const last = await this.store.readStreams([stream], { fromLast: ['PartRequestNoticed'] });
    const head = last.get(stream)?.at(-1)?.version ?? 0;
    return { items, nextAfter, head };
  }

  async transfer(depots: Depots, transferId: string): Promise<TransferView | null> {
    const stream = streamId('transfer', transferId);
    const events = (await this.store.readStreams([stream])).get(stream) ?? [];
    const view = events.reduce<TransferView | null>((state, event) => evolveTransfer(state, event, transferId), null);
    if (view === null || depots === '*') return view;
    return depots.includes(view.from) || depots.includes(view.to) ? view : null;
  }

  async adjustment(scope: Scope, depots: Depots, adjustmentId: string): Promise<AdjustmentView | null> {
    const events = await this.personal(scope, streamId('stock-adjustment', adjustmentId));
    const view = events.reduce<AdjustmentView | null>((s, event) => evolveAdjustment(s, event, adjustmentId), null);
    return view !== null && (depots === '*' || depots.includes(view.depotId)) ? view : null;
  }

  /** Free text is personal: readers of figures do without it. */
  private async personal(
    scope: Scope,
    stream: string,
    part: Pick<ReadOptions, 'afterVersion' | 'limit'> = {},
  ): Promise<readonly RecordedEvent[]> {
    const masked = isReader(scope) && !scope.roles.some((role) => role !== 'analyst' && role !== 'regulator');
    const events = (await this.store.readStreams([stream], { ...part, personal: !masked })).get(stream) ?? [];
    if (!masked) return events;
    return events.map((event) => {
      const hidden = personalFieldsOf(event.type);
      const data = Object.fromEntries(Object.entries(event.data).filter(([field]) => !hidden.includes(field)));
      return { ...event, data };
    });
  }
}

/** What a depot is told, over HTTP and over Kafka alike. */
export function feedItemOf(event: RecordedEvent): FeedItem {
  const { promisedAt, ...data } = event.data as PartRequestNoticed['data'];
  return {
    sequence: event.version,
    at: instantText(event.occurredAt),
    ...data,
    promisedAt: instantText(Date.parse(promisedAt)),
  };
}

function evolveTransfer(state: TransferView | null, event: RecordedEvent, transferId: string): TransferView | null {
  const fact = event as unknown as TransferEvent;
  const at = instantText(event.occurredAt);
  if (fact.type === 'TransferRequested') {
    const { serialised: _, ...terms } = fact.data;
    return { transferId, ...terms, status: 'requested', requestedAt: at, version: event.version };
  }
  if (state === null) return null;
  if (fact.type === 'TransferDispatched') {
    const { serials } = fact.data;
    return { ...state, status: 'in-transit', dispatchedAt: at, ...known({ serials }), version: event.version };
  }
  const { quantity: received, short } = fact.data;
  return { ...state, status: 'received', receivedAt: at, received, short, version: event.version };
}

function evolveAdjustment(
  state: AdjustmentView | null,
  event: RecordedEvent,
  adjustmentId: string,
): AdjustmentView | null {
  const fact = event as unknown as AdjustmentEvent;
  const at = instantText(event.occurredAt);
  const { actor } = event.metadata;
  if (fact.type === 'AdjustmentRequested') {
    const { reason, serials, ...terms } = fact.data;
    const asked = { status: 'pending', requestedBy: actor, requestedAt: at } as const;
    return { adjustmentId, ...terms, ...known({ reason, serials }), ...asked, version: event.version };
  }
  if (state === null) return null;
  const status = fact.type === 'AdjustmentApproved' ? 'approved' : 'refused';
  const { note } = fact.data;
  return { ...state, status, decidedBy: actor, decidedAt: at, ...known({ note }), version: event.version };
}
