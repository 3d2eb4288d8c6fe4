import { randomUUID } from 'node:crypto';
import type { Report } from '@fieldcase/postgres';
import { CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { connect, type Connections } from '../connections';
import { keepFollowing } from './subscription';

class Notes extends CountingProjection {
  override readonly eventTypes = ['NoteAdded'] as never;
}

let database: TestDatabase;
let connections: Connections;
const told: [string, unknown][] = [];
let onTold: () => void = () => undefined;

beforeEach(async () => {
  told.length = 0;
  onTold = () => undefined;
  database = await createTestDatabase();
  const report: Report = (_, message, fields) => {
    told.push([message, fields?.['problem']]);
    onTold();
  };
  connections = connect({ databaseUrl: database.url, poolSize: 10 }, report);
});
afterEach(async () => {
  await connections.close();
  await database.drop();
});

const note = async (root: string, schemaVersion = 1): Promise<bigint> => {
  const metadata = { correlationId: 'c', causationId: 'c', actor: 'spec', actorRole: 'system' };
  const event = {
    eventId: randomUUID(),
    type: 'NoteAdded',
    data: { amount: 1 },
    schemaVersion,
    occurredAt: 1,
    metadata,
  };
  await connections.store.append({ writes: [{ streamId: `case:${root}`, expected: 'any', events: [event] }] });
  return connections.store.head();
};
/** Until it has come to the head of the log. */
async function followed(projection: CountingProjection): Promise<void> {
  const stop = new AbortController();
  const head = await connections.store.head();
  await keepFollowing(connections, projection, (_, position) => position >= head && stop.abort(), stop.signal);
}
const rows = async () =>
  (await connections.pool.query('select root, trail from read_models.counted order by root')).rows.map(
    ({ root, trail }) => [root, trail],
  );
const parked = async () =>
  (await connections.pool.query(`select position::int as at, version, error from fieldcase.parked order by 1`)).rows;

describe('keepFollowing', () => {
  const unknown = 'this release does not know NoteAdded of schema version 99';

  it('parks what this release does not know', async () => {
    await note('a');
    await note('b', 99);
    await followed(new Notes());
    expect(await rows()).toEqual([['a', '1']]);
    expect(await parked()).toEqual([{ at: 2, version: 1, error: unknown }]);
  });

  it('leaves out of the log what is known and none of its business', async () => {
    const reading = jest.spyOn(connections.source, 'read');
    await note('a');
    await followed(new Notes());
    const except = reading.mock.calls.flatMap(([asked]) => asked.except ?? []);
    expect(except).toContain('CaseClosed');
    expect(except).not.toContain('NoteAdded');
  });

  it('rebuilds rows of an older version first, and guesses nothing there either', async () => {
    await note('a');
    await note('b', 99);
    await followed(new Notes());
    await note('a');
    const newer = new Notes('counting', 2);
    const stop = new AbortController();
    onTold = () => told.at(-1)?.[0] === 'rebuilt' && stop.abort();
    await keepFollowing(connections, newer, () => undefined, stop.signal);
    expect(told.map(([message]) => message)).toEqual(
      expect.arrayContaining(['the code is newer than the tables: rebuilding', 'rebuilt']),
    );
    expect(await rows()).toEqual([['a', '1,3']]);
    expect(await parked()).toEqual([{ at: 2, version: 2, error: unknown }]);
    await note('a');
    await followed(newer);
    expect(await rows()).toEqual([['a', '1,3,4']]);
  });

  it('leaves rows of a newer version alone, and says which release is needed', async () => {
    await note('a');
    await followed(new Notes('counting', 2));
    await note('a');
    const stop = new AbortController();
    onTold = () => stop.abort();
    await keepFollowing(connections, new Notes('counting', 1), () => undefined, stop.signal);
    expect(told).toEqual([
      [
        'subscription stands still',
        expect.stringMatching(/^counting: .* this code is only version 1: start the newer release/),
      ],
    ]);
    expect(await rows()).toEqual([['a', '1']]);
  });
});
