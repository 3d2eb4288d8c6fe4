import type { QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';
import { ForwardOnly } from './forward-only';

/** Brings `fieldcase.append` of older databases to what new ones begin with. */
export class AppendWithoutSorts1764000000005 extends ForwardOnly {
  readonly name = 'AppendWithoutSorts1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendSql);
  }
}
