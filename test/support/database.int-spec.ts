import { Client } from 'pg';
import { createTestDatabase, createTwoRoleDatabase } from './database';

async function ask<T>(url: string, sql: string, options = ''): Promise<T> {
  const client = new Client({ connectionString: url, options });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0] as T;
  } finally {
    await client.end();
  }
}

const HEAD = 'select count(*)::int as events from fieldcase.events';

describe('test databases', () => {
  it('gives each file a migrated database of its own', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      await ask(one.url, 'create table only_here (id int)');
      expect(await ask(other.url, `select to_regclass('only_here') as found`)).toEqual({ found: null });
      expect(await ask(one.url, HEAD)).toEqual({ events: 0 });
    } finally {
      await Promise.all([one.drop(), other.drop()]);
    }
  });

  it('gives an owner and an application of two roles, neither a superuser', async () => {
    const database = await createTwoRoleDatabase();
    try {
      expect(await ask(database.url, HEAD, '-c role=fieldcase_app')).toEqual({ events: 0 });
      await expect(ask(database.url, HEAD)).resolves.toEqual({ events: 0 });
      await expect(ask(database.url, 'delete from fieldcase.events')).rejects.toThrow('permission denied');
      const superuser = `select rolsuper from pg_roles where rolname = current_user`;
      expect(await ask(database.ownerUrl, superuser)).toEqual({ rolsuper: false });
    } finally {
      await database.drop();
    }
  });
});
