import { createTestDatabase, type TestDatabase } from '../support/database';
import { scenarios } from './log/scenarios';

const TENTH = 0.1;

describe('the log under races, halts and kills', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each(Object.entries(scenarios))(
    '%s',
    async (_, scenario) => {
      await expect(scenario({ url: database.url, scale: TENTH })).resolves.toBeDefined();
    },
    120_000,
  );
});
