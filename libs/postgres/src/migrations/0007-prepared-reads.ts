import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readsSql } from './reads.sql';

export class PreparedReads1764000000007 implements MigrationInterface {
  readonly name = 'PreparedReads1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readsSql);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of Fieldcase go forward only: restore a backup instead.');
  }
}
