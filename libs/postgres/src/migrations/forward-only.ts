import type { MigrationInterface, QueryRunner } from 'typeorm';

export abstract class ForwardOnly implements MigrationInterface {
  abstract readonly name: string;

  abstract up(runner: QueryRunner): Promise<void>;

  async down(): Promise<void> {
    throw new Error('Migrations of Fieldcase go forward only: restore a backup instead.');
  }
}
