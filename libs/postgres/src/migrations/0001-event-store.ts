import type { QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';
import { commandPartitionsSql } from './command-partitions.sql';
import { eventStoreTablesSql } from './event-store-tables.sql';
import { eraseSubjectSql, eventStoreGrantsSql } from './roles.sql';
import { ForwardOnly } from './forward-only';

export class EventStore1764000000001 extends ForwardOnly {
  readonly name = 'EventStore1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [
      eventStoreTablesSql,
      commandPartitionsSql,
      appendSql,
      eraseSubjectSql,
      eventStoreGrantsSql,
      'select fieldcase.maintain_command_partitions(null)',
    ]) {
      await runner.query(sql);
    }
  }
}
