import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';

/** Brings `fieldcase.append` of older databases to what new ones begin with. */
export class AppendWithoutSorts1764000000005 implements MigrationInterface {
  readonly name = 'AppendWithoutSorts1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendSql);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of Fieldcase go forward only: restore a backup instead.');
  }
}
