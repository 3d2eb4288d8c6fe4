import type { Application } from './application.module';
import {
  HOUR,
  RacingStore,
  START,
  agent,
  applicationOn,
  dispatcher,
  registerPlaces,
  report,
  timers,
} from './application.fixture';
import type { CaseCommandInput, CommandOptions } from './handle-case';

const own = { type: 'TakeOwnership', owner: 'li' } as const;
const recordFacts = { type: 'RecordClockFacts' } as const;

describe('a case of which another process knows more', () => {
  let store: RacingStore;
  let here: Application;
  let now: number;

  beforeEach(async () => {
    now = START;
    store = new RacingStore({ now: () => now });
    here = applicationOn(store, () => now);
    await registerPlaces(here);
  });

  const handle = (id: string | undefined, command: CaseCommandInput, options: CommandOptions = agent) =>
    here.cases.handle(id, command, options);
  const elsewhere = (id: string, command: CaseCommandInput, clockAhead = 0) =>
    applicationOn(store, () => now + clockAhead).cases.handle(id, command, timers);
  const outcomesOf = async (command: () => Promise<unknown>) => {
    const before = store.outcomes.length;
    await command();
    return store.outcomes.slice(before);
  };

  it('is decided again when only its clocks moved, although the command writes none of them', async () => {
    const { id } = await handle(undefined, report);
    store.beforeNextAppend(() => elsewhere(id, recordFacts, 25 * HOUR));
    expect(await outcomesOf(() => handle(id, own))).toEqual(['appended', 'conflict', 'appended']);
    expect(await store.stored(`case:${id}`)).toHaveLength(2);
  });

  it('has the version that If-Match names although a timer wrote its clocks in between', async () => {
    const { id, version } = await handle(undefined, report);
    now += 25 * HOUR;
    store.beforeNextAppend(() => elsewhere(id, recordFacts));
    await expect(handle(id, own, { ...agent, ifMatch: version })).resolves.toMatchObject({ version: 2 });
    expect(store.outcomes.slice(-2)).toEqual(['conflict', 'appended']);
  });

  describe('that is merged', () => {
    const corrected = { name: '李四', phone: '13900005678' };
    const correct = { type: 'CorrectDetails', reason: '记错', changes: { contact: corrected } } as const;
    let survivor: string;
    let duplicate: string;

    beforeEach(async () => {
      survivor = (await handle(undefined, report)).id;
      now += HOUR;
      duplicate = (await handle(undefined, report)).id;
    });
    const merge = () => handle(duplicate, { type: 'MergeDuplicate', into: survivor });
    const absorbed = async () => (await store.stored(`case:${survivor}`, true)).at(-1);

    it('hands on its corrected contact', async () => {
      await handle(duplicate, correct);
      await merge();
      expect(await absorbed()).toMatchObject({ type: 'DuplicateAbsorbed', data: { contact: corrected } });
    });

    it('hands on the contact that is corrected while it is being merged', async () => {
      store.beforeNextAppend(() => elsewhere(duplicate, correct));
      expect(await outcomesOf(merge)).toEqual(['appended', 'conflict', 'appended']);
      expect(await absorbed()).toMatchObject({ type: 'DuplicateAbsorbed', data: { contact: corrected } });
    });

    it('leaves the survivor’s overdue clocks to the survivor’s own commands', async () => {
      now += 48 * HOUR;
      await merge();
      const typesOf = async (stream: string) => (await store.stored(stream)).map(({ type }) => type);
      expect(await typesOf(`case:${survivor}`)).toEqual(['FaultReported', 'DuplicateAbsorbed']);
      expect(await typesOf(`clocks:${survivor}`)).toEqual([]);
      await handle(survivor, { type: 'DispatchTechnician', technicianId: 'wang' }, dispatcher);
      expect(await typesOf(`clocks:${survivor}`)).toContain('SlaBreached');
    });
  });
});
