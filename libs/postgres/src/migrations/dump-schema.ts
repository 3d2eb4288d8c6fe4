import { Client } from 'pg';
import { schemaCatalog } from './schema-catalog.sql';

const HEADING = `-- The schema of the log and its followers, for readers: made from a migrated database, see npm run gen.
-- Read models are not in it: each projection makes its own tables.
`;

/** The schema as deterministic text, the same on every server version. @param url of a migrated database */
export async function dumpSchema(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // Nothing on the search path: every name is written with its schema.
    await client.query(`set search_path = pg_catalog`);
    const parts = [HEADING];
    for (const query of schemaCatalog) {
      const { rows } = await client.query<{ statement: string }>(query);
      parts.push(...rows.map(({ statement }) => `${statement.replaceAll('\r', '').trimEnd()}\n`));
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
}
