import { createTestDatabase, type TestDatabase } from '../support/database';
import { scenarios } from './stock/scenarios';

/** A hundred times less than what `npm run rig -- stock` does. */
const OPERATIONS = 1_000;

describe('stock under concurrent work and kills of the worker', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it.each(Object.entries(scenarios))(
    '%s',
    async (_, scenario) => {
      await expect(scenario({ url: database.url, operations: OPERATIONS, seed: 1 })).resolves.toBeDefined();
    },
    120_000,
  );
});
