import type { EventStore, ReadOptions } from '../event-store';
import { appended, contractWrite } from './contract-events';

/** Of the event store's contract: which events of which streams are read. */
export function readingContract(store: () => EventStore): void {
  it('reads after a version and as of a position', async () => {
    const { firstPosition } = appended(
      await store().append({ writes: [contractWrite('case:slices', 0, 'A', 'B', 'C')] }),
    );
    const types = async (options: object): Promise<string[]> =>
      ((await store().readStreams(['case:slices'], options)).get('case:slices') ?? []).map((event) => event.type);
    expect(await types({ afterVersion: 1 })).toEqual(['B', 'C']);
    expect(await types({ upToPosition: firstPosition + 1n })).toEqual(['A', 'B']);
    expect(await types({ afterVersion: 1, upToPosition: firstPosition + 1n })).toEqual(['B']);
  });

  it('reads each stream after a version of its own', async () => {
    await store().append({
      writes: [contractWrite('case:long', 0, 'A', 'B', 'C'), contractWrite('case:short', 0, 'D', 'E')],
    });
    const ids = ['case:long', 'case:short', 'case:none'];
    const read = async (after: readonly (readonly [string, number])[], options: ReadOptions = {}) => {
      const streams = await store().readStreams([...ids, 'case:long'], { ...options, afterVersion: new Map(after) });
      return ids.map((id) =>
        streams
          .get(id)
          ?.map(({ type }) => type)
          .join(' '),
      );
    };
    expect(
      await read([
        ['case:long', 2],
        ['case:short', 1],
        ['case:none', 7],
      ]),
    ).toEqual(['C', 'E', '']);
    expect(await read([['case:long', 3]])).toEqual(['', 'D E', '']);
    expect(await read([['case:long', 1]], { limit: 1 })).toEqual(['B', 'D', '']);
  });

  it('begins each stream with its last event that carries the state', async () => {
    const { firstPosition } = appended(
      await store().append({
        writes: [
          contractWrite('stock:carried', 0, 'A', 'Carried', 'B', 'Carried', 'C'),
          contractWrite('stock:young', 0, 'A', 'B'),
        ],
      }),
    );
    const types = async (options: object): Promise<unknown> => {
      const read = await store().readStreams(['stock:carried', 'stock:young', 'stock:none'], {
        fromLast: ['Carried'],
        ...options,
      });
      return [...read.values()].map((events) => events.map((event) => event.type).join(' '));
    };
    expect(await types({})).toEqual(['Carried C', 'A B', '']);
    expect(await types({ upToPosition: firstPosition + 2n })).toEqual(['Carried B', '', '']);
    expect(await types({ afterVersion: 4 })).toEqual(['C', '', '']);
    expect(await types({ limit: 1 })).toEqual(['Carried', 'A', '']);
    expect(await types({ fromLast: undefined, limit: 2, afterVersion: 1 })).toEqual(['Carried B', 'B', '']);
  });
}
