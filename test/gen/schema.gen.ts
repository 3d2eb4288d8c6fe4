import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dumpSchema } from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';

/** Writes infra/postgres/schema.sql from a database that the migrations have just made. */
async function main(): Promise<void> {
  const file = path.join(__dirname, '../../infra/postgres/schema.sql');
  const database = await scratchDatabase('schema');
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await dumpSchema(database.url));
  } finally {
    await database.drop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
