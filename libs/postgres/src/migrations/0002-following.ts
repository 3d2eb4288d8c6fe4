import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only';

/** What follows the log: checkpoints, leases, parked events, rebuilds, timers, and the schemas of the read models. */
export class Following1764000000002 extends ForwardOnly {
  readonly name = 'Following1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SUBSCRIPTIONS);
    await runner.query(PARKED);
    await runner.query(TIMERS);
    await runner.query(GRANTS);
  }
}

const SUBSCRIPTIONS = `
create schema if not exists read_models;
create schema if not exists read_models_next;

-- The version of the code that wrote a subscription's rows. Code of another version must not write beside it.
create table fieldcase.subscriptions (
  subscription text collate "C" primary key,
  version integer not null,
  -- Its tables, as that version of the code named them.
  tables text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Why it does not move, without personal data; null while it is well.
  problem text,
  problem_since timestamptz
);

-- One position per (subscription, shard), moved by compare-and-set in the transaction that writes the rows.
-- \`version\` is part of the comparison: code of another version can move nothing.
create table fieldcase.checkpoints (
  subscription text collate "C" not null,
  shard smallint not null check (shard between 0 and 15),
  position bigint not null default 0 check (position >= 0),
  version integer not null,
  primary key (subscription, shard)
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table fieldcase.leases (
  name text collate "C" primary key,
  owner text not null,
  -- Raised with every new owner: a stale one finds another epoch and stops.
  epoch bigint not null,
  expires_at timestamptz not null
) with (fillfactor = 40);

create table fieldcase.rebuilds (
  subscription text collate "C" primary key,
  version integer not null,
  state text not null check (state in ('building', 'swapped')),
  started_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  position bigint not null default 0,
  target bigint not null default 0,
  events bigint not null default 0,
  events_per_second double precision not null default 0
);
`;

const PARKED = `
-- Events set aside by the failure policy. The event itself stays in the log: no content and no personal data here.
create table fieldcase.parked (
  subscription text collate "C" not null,
  position bigint not null,
  version integer not null,
  -- Later events of any stream of the root wait behind the failed one: a read-model row is written from one root.
  root text collate "C" not null,
  stream_id text collate "C" not null,
  type text not null,
  status text not null default 'parked' check (status in ('parked', 'discarded')),
  -- null: not tried, it waits behind an earlier event of its root.
  error text,
  attempts integer not null default 0,
  parked_at timestamptz not null default clock_timestamp(),
  discarded_at timestamptz,
  reason text,
  primary key (subscription, position)
);
create index parked_by_root on fieldcase.parked (subscription, root) where status = 'parked';
`;

const TIMERS = `
-- One row per case root: the earliest instant at which its clocks have something to record.
create table fieldcase.timers (
  root text collate "C" primary key,
  due_at timestamptz not null,
  -- due_at, or the end of a claim while a worker fires it: one index answers "what now" and "when next".
  wake_at timestamptz not null,
  -- The log's head before the row was computed: an older computation never overwrites a newer one.
  as_of bigint not null,
  -- Firings in a row that changed nothing or failed.
  attempts integer not null default 0
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index timers_by_wake on fieldcase.timers (wake_at);

-- Figures of the workers that /metrics and the command line show; one row per worker and name.
create table fieldcase.worker_metrics (
  worker text not null,
  name text not null,
  value double precision not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (worker, name)
);
`;

const GRANTS = `
grant usage, create on schema read_models, read_models_next to fieldcase_app;
grant select, insert, update, delete on fieldcase.subscriptions, fieldcase.checkpoints, fieldcase.leases,
  fieldcase.rebuilds, fieldcase.parked, fieldcase.timers, fieldcase.worker_metrics to fieldcase_app;
`;
