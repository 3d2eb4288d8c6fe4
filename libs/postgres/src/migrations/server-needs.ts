import type { Client } from 'pg';

const OLDEST_SERVER = 150_000;
const NO_RIGHT = '42501';
const NOT_THERE_OR_NOT_OURS = new Set(['3F000', '42P01', NO_RIGHT]);

/** Refuses a server or a database that cannot hold the log. */
export async function assertServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string; encoding: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
       current_setting('server_encoding') as encoding`,
  );
  const [server] = rows;
  if (!server || server.number < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed, this server is ${server?.version ?? 'unknown'}: upgrade it`);
  }
  if (server.encoding !== 'UTF8') {
    throw new Error(
      `The database "${client.database}" has the encoding ${server.encoding}, which cannot hold every name: ` +
        `make another with encoding 'UTF8' (template template0)`,
    );
  }
}

/** Nothing is left to do, for a role that may be allowed to do nothing: the application's own, in production. */
export async function isCurrent(client: Client, names: readonly string[], users: readonly string[]): Promise<boolean> {
  try {
    const { rows } = await client.query<{ name: string }>('select name from fieldcase.migrations');
    const applied = new Set(rows.map(({ name }) => name));
    if (!names.every((name) => applied.has(name))) return false;
    for (const user of users) if (!(await mayAct(client, user))) return false;
    return true;
  } catch (error) {
    if (NOT_THERE_OR_NOT_OURS.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}

/** From 16 on the creator of a role may administer it without the right to SET it. A superuser needs no grant. */
export async function mayAct(client: Client, user: string): Promise<boolean> {
  const { rows } = await client.query<{ granted: boolean }>(
    `select pg_has_role($1::name, 'fieldcase_app',
       case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as granted`,
    [user],
  );
  return rows[0]?.granted === true;
}

/** Where the server denies a right, the sentence that its administrator needs; other errors as they are. */
export async function withAdvice<T>(work: () => Promise<T>, advice: (denied: string) => string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== NO_RIGHT) throw error;
    throw new Error(advice((error as Error).message), { cause: error });
  }
}
