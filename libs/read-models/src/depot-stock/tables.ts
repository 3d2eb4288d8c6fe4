import type { SqlClient } from '@fieldcase/eventsourcing';

const TABLES = [
  `create table stock_card (
    depot_id text collate "C" not null,
    part_number text collate "C" not null,
    fold jsonb not null,
    version integer not null,
    primary key (depot_id, part_number)
  )`,
  `create table depot_stock (
    depot_id text collate "C" not null,
    part_number text collate "C" not null,
    owner text collate "C" not null,
    on_hand integer not null,
    reserved integer not null,
    defective integer not null,
    in_transit integer not null,
    count_due boolean not null,
    min integer,
    max integer,
    forecast integer not null,
    moved_at timestamptz,
    primary key (depot_id, part_number, owner)
  )`,
  `create table stock_suggestion (
    depot_id text collate "C" not null,
    part_number text collate "C" not null,
    suggestion_id text not null,
    quantity integer not null,
    forecast integer not null,
    min integer not null,
    max integer not null,
    basis text not null,
    suggested_at timestamptz not null,
    primary key (depot_id, part_number)
  )`,
  `create table stock_transfer (
    transfer_id text collate "C" primary key,
    from_depot text collate "C" not null,
    to_depot text collate "C" not null,
    part_number text not null,
    owner text not null,
    quantity integer not null,
    serialised boolean not null,
    suggested boolean not null,
    in_transit boolean not null,
    since timestamptz not null
  )`,
  `create table stock_adjustment (
    adjustment_id text collate "C" primary key,
    depot_id text collate "C" not null,
    part_number text not null,
    owner text not null,
    by integer not null,
    requested_by text not null,
    requested_at timestamptz not null,
    position bigint not null
  )`,
];

const INDEXES = [
  'create index on depot_stock (depot_id, part_number, owner) where count_due',
  'create index on stock_transfer (from_depot, since) where not in_transit',
  'create index on stock_transfer (to_depot, since) where in_transit',
  'create index on stock_adjustment (position)',
];

export const depotStockTables = [
  'stock_card',
  'depot_stock',
  'stock_suggestion',
  'stock_transfer',
  'stock_adjustment',
] as const;

export async function createDepotStockTables(client: SqlClient): Promise<void> {
  await client.query(TABLES.join(';\n'));
}

export async function createDepotStockIndexes(client: SqlClient): Promise<void> {
  await client.query(INDEXES.join(';\n'));
}
