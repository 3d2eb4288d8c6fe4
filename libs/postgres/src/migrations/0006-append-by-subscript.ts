import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';

/** As 0005: brings `fieldcase.append` of older databases to what new ones begin with. Its arguments are the same. */
export class AppendBySubscript1764000000006 implements MigrationInterface {
  readonly name = 'AppendBySubscript1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendSql);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of Fieldcase go forward only: restore a backup instead.');
  }
}
