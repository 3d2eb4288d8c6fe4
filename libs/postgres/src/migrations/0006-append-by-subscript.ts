import type { QueryRunner } from 'typeorm';
import { appendSql } from './append.sql';
import { ForwardOnly } from './forward-only';

/** As 0005: brings `fieldcase.append` of older databases to what new ones begin with. Its arguments are the same. */
export class AppendBySubscript1764000000006 extends ForwardOnly {
  readonly name = 'AppendBySubscript1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(appendSql);
  }
}
