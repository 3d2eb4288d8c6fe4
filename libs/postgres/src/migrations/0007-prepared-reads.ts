import type { QueryRunner } from 'typeorm';
import { readsSql } from './reads.sql';
import { ForwardOnly } from './forward-only';

export class PreparedReads1764000000007 extends ForwardOnly {
  readonly name = 'PreparedReads1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readsSql);
  }
}
