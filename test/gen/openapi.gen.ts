import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startApi } from '../e2e/http/api-fixture';
import { prettyDocument } from '../e2e/http/openapi-file';

/** Writes docs/openapi.json as the API serves it. */
async function main(): Promise<void> {
  const file = path.join(__dirname, '../../docs/openapi.json');
  const api = await startApi();
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, prettyDocument(await (await fetch(`${api.url}/openapi.json`)).text()));
  } finally {
    await api.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
