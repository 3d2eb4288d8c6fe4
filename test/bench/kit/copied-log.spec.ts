import { categoryOf, shardOf } from '@fieldcase/eventsourcing';
import { isKnownEvent } from '@fieldcase/application';
import { projections } from '@fieldcase/read-models';
import { CopiedLog } from './copied-log';
import { sampleEvents } from './sample-events';

const SIZE = 10_000;

it('a log of copies is one that could have been appended', async () => {
  const [tails, types, ids] = [new Map<string, number>(), new Set<string>(), new Set<string>()];
  const wrong: string[] = [];
  let [position, recorded, over] = [0, '', 0];
  for (const { event } of new CopiedLog(await sampleEvents(), SIZE).lines()) {
    const [at, streamId = '', version, shard, id = '', type = '', schemaVersion, data = '', , , last = ''] = event
      .trimEnd()
      .split('\t');
    const [before, known] = [
      tails.get(streamId) ?? 0,
      isKnownEvent({ type, schemaVersion: Number(schemaVersion) } as never),
    ];
    const sound = Number(at) === ++position && Number(version) === before + 1 && Number(shard) === shardOf(streamId);
    if (!(sound && known && last >= recorded && typeof JSON.parse(data) === 'object')) wrong.push(event);
    tails.set(streamId, Number(version));
    [recorded, over] = [last, over + Number(type === 'CaseClosed')];
    types.add(type);
    ids.add(id);
  }
  expect([wrong, position, ids.size]).toEqual([[], SIZE, SIZE]);
  // Most are over, as in a live log.
  const cases = [...tails.keys()].filter((id) => categoryOf(id) === 'case').length;
  expect(over / cases).toBeGreaterThan(0.4);
  const followed = projections({ fetch: async () => new Map() }).map(({ eventTypes }) => eventTypes);
  expect(followed.filter((all) => !all.some((type) => types.has(type)))).toEqual([]);
});
