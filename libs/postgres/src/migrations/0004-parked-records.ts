import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only';

/** Records from outside that nobody could read: what a depot has sent is not thrown away unseen. */
export class ParkedRecords1764000000004 extends ForwardOnly {
  readonly name = 'ParkedRecords1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PARKED_RECORDS);
  }
}

const PARKED_RECORDS = `
-- The bytes may hold personal data: they are kept for days only, and shown to nobody unasked.
create table fieldcase.parked_records (
  topic text collate "C" not null,
  partition integer not null,
  record_offset bigint not null,
  reason text not null,
  -- The beginning of the record where it is long; size is the whole.
  bytes bytea not null,
  size integer not null,
  parked_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, record_offset)
);
create index parked_records_by_time on fieldcase.parked_records (parked_at);

-- What came while a topic had as many parked as may be: counted, by offset, so that a copy counts once.
create table fieldcase.dropped_records (
  topic text collate "C" not null,
  partition integer not null,
  count bigint not null,
  last_offset bigint not null,
  last_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition)
);
grant select, insert, update, delete on fieldcase.parked_records, fieldcase.dropped_records to fieldcase_app;
`;
