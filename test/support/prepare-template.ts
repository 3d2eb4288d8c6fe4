import { prepareTemplate } from './template-database';

/** Jest's globalSetup: one migrated database, of which every test file gets a copy. */
export default async function prepare(): Promise<void> {
  const server = process.env['FIELDCASE_TEST_DATABASE_URL'];
  if (!server || process.env['FIELDCASE_TEST_TEMPLATE']) return;
  process.env['FIELDCASE_TEST_TEMPLATE'] = await prepareTemplate(server);
}
