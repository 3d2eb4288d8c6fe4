import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';
import { commandPartitionsSql } from './command-partitions.sql';
import { eventStoreTablesSql } from './event-store-tables.sql';
import { eraseSubjectSql, eventStoreGrantsSql } from './roles.sql';

export class EventStore1764000000001 implements MigrationInterface {
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

  async down(): Promise<void> {
    throw new Error('Migrations of Fieldcase go forward only: restore a backup instead.');
  }
}
