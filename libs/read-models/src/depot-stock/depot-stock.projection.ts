/** Shelves, suggestions, transfers that are not over, and adjustments that wait for a second person. */
import {
  categoryOf,
  restOf,
  rootOf,
  type Fact,
  type Projection,
  type RecordedEvent,
  type SqlClient,
} from '@fieldcase/eventsourcing';
import {
  adjustmentPersonalFields,
  stockPersonalFields,
  transferPersonalFields,
  type AdjustmentEvent,
  type StockEvent,
  type TransferEvent,
} from '@fieldcase/domain/events';
import { evolveStock, initialStockState, type StockState } from '@fieldcase/domain/parts';
import { stockRowsOf } from './stock-rows';
import { createDepotStockIndexes, createDepotStockTables, depotStockTables } from './tables';

interface Card {
  readonly depotId: string;
  readonly partNumber: string;
  readonly state: StockState;
  readonly version: number;
  /** What the batch says of suggestions: the last word. */
  readonly suggestion?: object | null;
}

export const depotStockProjection: Projection = {
  name: 'depot-stock',
  version: 4,
  eventTypes: Object.keys({ ...stockPersonalFields, ...transferPersonalFields, ...adjustmentPersonalFields }),
  tables: depotStockTables,
  createTables: createDepotStockTables,
  createIndexes: createDepotStockIndexes,
  async apply(client, events) {
    const of = (category: string) => events.filter((event) => categoryOf(event.streamId) === category);
    await applyCards(client, of('stock'));
    for (const event of of('transfer')) await applyTransfer(client, event);
    for (const event of of('stock-adjustment')) await applyAdjustment(client, event);
  },
};

async function applyCards(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const cards = await cardsOf(client, events);
  for (const event of events) {
    const card = cards.get(event.streamId);
    // Delivered twice: folded before.
    if (!card || event.version <= card.version) continue;
    cards.set(event.streamId, folded(card, event));
  }
  const changed = [...cards.values()];
  const rows = changed.flatMap(({ depotId, partNumber, state }) => stockRowsOf(depotId, partNumber, state));
  await client.query(UPSERT_CARDS, [JSON.stringify(changed.map(cardRowOf))]);
  await client.query(UPSERT_STOCK, [JSON.stringify(rows)]);
  await replaceSuggestions(client, changed);
}

const UPSERT_CARDS = `
insert into stock_card select * from jsonb_populate_recordset(null::stock_card, $1::jsonb)
on conflict (depot_id, part_number) do update set fold = excluded.fold, version = excluded.version`;

/** An owner who once had pieces keeps his row: a card never forgets one. */
const UPSERT_STOCK = `
insert into depot_stock select * from jsonb_populate_recordset(null::depot_stock, $1::jsonb)
on conflict (depot_id, part_number, owner) do update set
  on_hand = excluded.on_hand, reserved = excluded.reserved, defective = excluded.defective,
  in_transit = excluded.in_transit, count_due = excluded.count_due, min = excluded.min, max = excluded.max,
  forecast = excluded.forecast, moved_at = excluded.moved_at`;

const cardRowOf = ({ depotId, partNumber, state, version }: Card) => ({
  depot_id: depotId,
  part_number: partNumber,
  fold: state,
  version,
});

async function cardsOf(client: SqlClient, events: readonly RecordedEvent[]): Promise<Map<string, Card>> {
  const streams = [...new Set(events.map(({ streamId }) => streamId))];
  const named = streams.map((streamId) => ({
    streamId,
    depotId: rootOf(streamId),
    partNumber: restOf(streamId)[0] ?? '',
  }));
  const stored = await client.query<{ depot_id: string; part_number: string; fold: StockState; version: number }>(
    `select depot_id, part_number, fold, version from stock_card
     join unnest($1::text[], $2::text[]) as asked (depot, part) on depot_id = asked.depot and part_number = asked.part`,
    [named.map(({ depotId }) => depotId), named.map(({ partNumber }) => partNumber)],
  );
  const key = (depotId: string, partNumber: string): string => JSON.stringify([depotId, partNumber]);
  const known = new Map(stored.rows.map((row) => [key(row.depot_id, row.part_number), row]));
  return new Map(
    named.map(({ streamId, depotId, partNumber }) => {
      const row = known.get(key(depotId, partNumber));
      return [streamId, { depotId, partNumber, state: row?.fold ?? initialStockState, version: row?.version ?? 0 }];
    }),
  );
}

function folded(card: Card, event: RecordedEvent): Card {
  const fact = event as unknown as Fact<StockEvent>;
  const suggestion = suggestionAfter(card, fact);
  return {
    ...card,
    state: evolveStock(card.state, fact),
    version: event.version,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** null: none is open any more; undefined: the event says nothing of it. */
function suggestionAfter({ depotId, partNumber }: Card, fact: Fact<StockEvent>): object | null | undefined {
  switch (fact.type) {
    case 'ReplenishmentSuggested': {
      const { suggestionId, ...suggestion } = fact.data;
      return {
        depot_id: depotId,
        part_number: partNumber,
        suggestion_id: suggestionId,
        ...suggestion,
        suggested_at: new Date(fact.occurredAt).toISOString(),
      };
    }
    case 'SuggestionAccepted':
    case 'SuggestionDismissed':
    case 'SuggestionWithdrawn':
      return null;
    default:
      return undefined;
  }
}

async function replaceSuggestions(client: SqlClient, cards: readonly Card[]): Promise<void> {
  const told = cards.filter(({ suggestion }) => suggestion !== undefined);
  if (told.length === 0) return;
  await client.query(
    `delete from stock_suggestion using unnest($1::text[], $2::text[]) as told (depot, part)
     where depot_id = told.depot and part_number = told.part`,
    [told.map(({ depotId }) => depotId), told.map(({ partNumber }) => partNumber)],
  );
  const open = told.flatMap(({ suggestion }) => suggestion ?? []);
  if (open.length === 0) return;
  await client.query(
    'insert into stock_suggestion select * from jsonb_populate_recordset(null::stock_suggestion, $1::jsonb)',
    [JSON.stringify(open)],
  );
}

async function applyTransfer(client: SqlClient, event: RecordedEvent): Promise<void> {
  const { type, data } = event as unknown as TransferEvent;
  const id = rootOf(event.streamId);
  const since = new Date(event.occurredAt).toISOString();
  switch (type) {
    case 'TransferRequested': {
      const { from, to, partNumber, owner, quantity, serialised, suggested } = data;
      const values = [id, from, to, partNumber, owner, quantity, serialised, suggested, since];
      await client.query(
        `insert into stock_transfer values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9) on conflict do nothing`,
        values,
      );
      return;
    }
    case 'TransferDispatched':
      await client.query('update stock_transfer set in_transit = true, since = $2 where transfer_id = $1', [id, since]);
      return;
    case 'TransferReceived':
      await client.query('delete from stock_transfer where transfer_id = $1', [id]);
      return;
    default:
      return type satisfies never;
  }
}

async function applyAdjustment(client: SqlClient, event: RecordedEvent): Promise<void> {
  const { type, data } = event as unknown as AdjustmentEvent;
  const id = rootOf(event.streamId);
  if (type !== 'AdjustmentRequested') {
    await client.query('delete from stock_adjustment where adjustment_id = $1', [id]);
    return;
  }
  const { depotId, partNumber, owner, by } = data;
  const at = new Date(event.recordedAt).toISOString();
  await client.query(`insert into stock_adjustment values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`, [
    id,
    depotId,
    partNumber,
    owner,
    by,
    event.metadata.actor,
    at,
    event.position.toString(),
  ]);
}
