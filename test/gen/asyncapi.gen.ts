import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { prettyDocument } from '../e2e/http/openapi-file';
import { logEventSchemas } from './log-events';

const root = path.join(__dirname, '../..');

/** Writes the JSON Schemas of the log's events, then docs/asyncapi.json as the API serves it, which is made of them. */
async function main(): Promise<void> {
  const events = path.join(root, 'libs/contracts/src/kafka/log-events.json');
  writeFileSync(events, `${JSON.stringify(logEventSchemas(), null, 1)}\n`);
  const { asyncApiDocument } = await import('@fieldcase/contracts');
  const file = path.join(root, 'docs/asyncapi.json');
  writeFileSync(file, prettyDocument(JSON.stringify(asyncApiDocument('fieldcase'))));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
