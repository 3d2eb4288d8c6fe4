import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { dumpSchema } from './dump-schema';

describe('infra/postgres/schema.sql', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('is what the migrations make (npm run gen writes it anew)', async () => {
    const committed = await readFile(path.join(__dirname, '../../../../infra/postgres/schema.sql'), 'utf8');
    expect(await dumpSchema(database.url)).toBe(committed);
  });

  it('shows a column that was added, and not the partitions of a day', async () => {
    const before = await dumpSchema(database.url);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('alter table fieldcase.events add column sudden text');
    await client.query(`select fieldcase.ensure_command_partition('2031-01-01')`);
    await client.end();
    const after = await dumpSchema(database.url);
    expect(after).toBe(
      before.replace(
        'recorded_at timestamp with time zone not null\n)',
        'recorded_at timestamp with time zone not null,\n  sudden text\n)',
      ),
    );
    expect(after).not.toBe(before);
  });
});
