import { Pool } from 'pg';

/** Connections of the server's owner, with nothing of the product's settings. */
export function plainPool(url: string, max: number): Pool {
  const pool = new Pool({ connectionString: url, max });
  // `end` does not wait until the server has seen it: a database that is dropped then cuts them.
  pool.on('error', () => undefined);
  return pool;
}
