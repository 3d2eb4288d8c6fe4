import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only';

/** A database for analysts remembers which log its read models were filled from. In the log's own there is no row. */
export class Sink1764000000003 extends ForwardOnly {
  readonly name = 'Sink1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FILLED_FROM);
  }
}

const FILLED_FROM = `
create table fieldcase.filled_from (
  only_row boolean primary key default true check (only_row),
  log_id uuid not null,
  epoch integer not null,
  since timestamptz not null default clock_timestamp()
);
grant select, insert on fieldcase.filled_from to fieldcase_app;
`;
