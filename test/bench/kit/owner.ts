import { Client } from 'pg';

/** One connection of the role that owns everything, for what the application may not do. */
export async function connectedTo<T>(url: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
