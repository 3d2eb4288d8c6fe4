import { parseCaseNumber } from '@fieldcase/domain';
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
  supervisor,
  wang,
} from './application.fixture';
import type { CaseCommandInput, CommandOptions } from './handle-case';

describe('CaseCommands', () => {
  let store: RacingStore;
  let application: Application;
  let now: number;

  beforeEach(async () => {
    now = START;
    store = new RacingStore({ now: () => now });
    application = applicationOn(store, () => now);
    await registerPlaces(application);
  });

  const handle = (id: string | undefined, command: CaseCommandInput, options: CommandOptions = agent) =>
    application.cases.handle(id, command, options);
  const stored = (category: string, id: string) => store.stored(`${category}:${id}`);

  it('reports a fault under a number that can be read over the telephone', async () => {
    const first = await handle(undefined, report);
    const second = await handle(undefined, report);
    expect(first).toMatchObject({ version: 1, created: true, replayed: false });
    expect(parseCaseNumber(second.made['number']!)).toBe(parseCaseNumber(first.made['number']!)! + 1);
  });

  it('reads nothing of a case that it makes, nor of one that it has just written', async () => {
    await handle(undefined, report);
    const read = jest.spyOn(store, 'readStreams');
    const { id } = await handle(undefined, report);
    await handle(id, { type: 'TakeOwnership', owner: 'li' });
    expect(read).not.toHaveBeenCalled();
  });

  it('stores what the case is judged by, and the depot of its county', async () => {
    const { id } = await handle(undefined, report);
    const [event] = await stored('case', id);
    expect(event!.data).toMatchObject({
      depotId: 'hongqi-d',
      sla: { policy: { version: expect.any(Number) as number } },
    });
    const { id: elsewhere } = await handle(undefined, { ...report, county: 'another' });
    expect((await stored('case', elsewhere))[0]!.data).toMatchObject({ depotId: 'east-d' });
  });

  it('keeps personal data out of what is folded', async () => {
    const { id } = await handle(undefined, report);
    expect(
      JSON.stringify(await stored('case', id), (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ).not.toMatch(/张|13800001234/);
    const withPersonal = (await store.readStreams([`case:${id}`], { personal: true })).get(`case:${id}`)!;
    expect(withPersonal[0]!.data).toMatchObject({ contact: report.contact, siteName: report.siteName });
  });

  it('names the visit and stores the technician’s home depot', async () => {
    const { id } = await handle(undefined, report);
    const { made, version, created } = await handle(
      id,
      { type: 'DispatchTechnician', technicianId: 'wang' },
      dispatcher,
    );
    expect({ version, created }).toEqual({ version: 2, created: true });
    expect((await stored('case', id))[1]!.data).toMatchObject({
      visitId: made['visitId'],
      homeDepot: 'hongqi-d',
      notice: true,
    });
  });

  it('refuses a technician that nobody registered, or who is no longer active', async () => {
    const { id } = await handle(undefined, report);
    await expect(handle(id, { type: 'DispatchTechnician', technicianId: 'nobody' }, dispatcher)).rejects.toMatchObject({
      code: 'technician.unknown',
    });
    await application.references.handle({ ...wang, active: false }, supervisor);
    await expect(handle(id, { type: 'DispatchTechnician', technicianId: 'wang' }, dispatcher)).rejects.toMatchObject({
      code: 'technician.inactive',
    });
  });

  it('refuses a command for a case that does not exist, and a follow-up of one', async () => {
    await expect(handle('nowhere', { type: 'TakeOwnership', owner: 'li' })).rejects.toMatchObject({
      code: 'case.unknown',
      kind: 'absent',
    });
    await expect(handle(undefined, { ...report, followUpOf: 'nowhere' })).rejects.toMatchObject({
      code: 'case.follow-up-unknown',
    });
  });

  it('records missed clock facts with whatever command comes next, without moving the case’s version', async () => {
    const { id } = await handle(undefined, report);
    now += 25 * HOUR;
    const { version } = await handle(id, { type: 'TakeOwnership', owner: 'li' });
    expect(version).toBe(2);
    const facts = (await stored('clocks', id)).filter(
      (event) => (event.data as { target: string }).target === 'onSiteResponse',
    );
    expect(facts.map((event) => [event.type, event.occurredAt - START])).toEqual([
      ['SlaWarningRaised', 12 * HOUR],
      ['SlaWarningRaised', 18 * HOUR],
      ['SlaWarningRaised', 0.9 * 24 * HOUR],
      ['SlaBreached', 24 * HOUR],
    ]);
    // Nobody caused them by coming by.
    expect(facts.every(({ metadata }) => metadata.actor === 'timers' && metadata.actorRole === 'system')).toBe(true);
    const [owner] = (await stored('case', id)).filter(({ type }) => type === 'OwnershipTaken');
    expect(facts.every(({ metadata }) => metadata.commandId === owner?.metadata.commandId)).toBe(true);
    await handle(id, { type: 'RecordClockFacts' }, { actor: 'timers', roles: ['system'] });
    expect(
      (await stored('clocks', id)).filter(
        (event) => event.type === 'SlaBreached' && (event.data as { target: string }).target === 'onSiteResponse',
      ),
    ).toHaveLength(1);
  });

  it('tells of what it records for timers where in the log it ends, and what the clocks are judged by there', async () => {
    const { id } = await handle(undefined, report);
    await expect(application.cases.recordClockFacts(id)).resolves.toBeUndefined();
    now += 13 * HOUR;
    const recorded = await application.cases.recordClockFacts(id);
    expect(recorded?.position).toBe(await store.head());
    expect(recorded?.clocks.stored.map(({ type }) => type)).toEqual(
      (await stored('clocks', id)).map(({ type }) => type),
    );
    expect(recorded?.clocks.stored).not.toEqual([]);
    await expect(application.cases.recordClockFacts(id)).resolves.toBeUndefined();
  });

  it('merges a duplicate in one append: the survivor knows its number and contact', async () => {
    const survivor = await handle(undefined, report);
    now += HOUR;
    const duplicate = await handle(undefined, { ...report, contact: { name: '李四', phone: '13900005678' } });
    const merged = await handle(duplicate.id, { type: 'MergeDuplicate', into: survivor.id });
    expect(merged.version).toBe(2);
    const absorbed = (await store.readStreams([`case:${survivor.id}`], { personal: true }))
      .get(`case:${survivor.id}`)!
      .at(-1)!;
    expect(absorbed).toMatchObject({
      type: 'DuplicateAbsorbed',
      data: { caseId: duplicate.id, number: duplicate.made['number'], contact: { name: '李四' } },
    });
    await expect(handle(duplicate.id, { type: 'TakeOwnership', owner: 'li' })).rejects.toMatchObject({
      kind: 'conflict',
    });
    await expect(handle(survivor.id, { type: 'TakeOwnership', owner: 'li' })).resolves.toMatchObject({ version: 3 });
  });

  it('hands on who reported the case itself, not who had reported its duplicate', async () => {
    const survivor = await handle(undefined, report);
    const middle = await handle(undefined, { ...report, contact: { name: '王五', phone: '13900001111' } });
    const last = await handle(undefined, { ...report, contact: { name: '李四', phone: '13900005678' } });
    await handle(last.id, { type: 'MergeDuplicate', into: middle.id });
    await handle(middle.id, { type: 'MergeDuplicate', into: survivor.id });
    const events = (await store.readStreams([`case:${survivor.id}`], { personal: true })).get(`case:${survivor.id}`)!;
    expect(events.at(-1)?.data).toMatchObject({ caseId: middle.id, contact: { name: '王五' } });
  });

  it('remembers a case as its own streams left it: what it wrote to others makes no second attempt', async () => {
    const { id } = await handle(undefined, report);
    const { made } = await handle(id, { type: 'DispatchTechnician', technicianId: 'wang' }, dispatcher);
    const window = { from: now + HOUR, to: now + 2 * HOUR, requestedBy: 'us', reason: '路远' } as const;
    await handle(id, { type: 'AgreeAppointment', visitId: made['visitId']!, ...window }, dispatcher);
    const append = jest.spyOn(store, 'append');
    await handle(id, { type: 'TakeOwnership', owner: 'li' });
    expect(append).toHaveBeenCalledTimes(1);
    append.mockRestore();
  });

  it('refuses to merge into a case that was reported later, or that nobody knows', async () => {
    const older = await handle(undefined, report);
    now += HOUR;
    const newer = await handle(undefined, report);
    await expect(handle(older.id, { type: 'MergeDuplicate', into: newer.id })).rejects.toMatchObject({
      code: 'case.merge-into-older',
    });
    await expect(handle(newer.id, { type: 'MergeDuplicate', into: 'nowhere' })).rejects.toMatchObject({
      code: 'case.merge-target-unknown',
    });
  });

  it('tells who may see a case as it is now', async () => {
    const { id } = await handle(undefined, report);
    expect(await application.cases.factsOf(id)).toEqual({ region: 'east', open: true, technicianIds: [] });
    const { made } = await handle(id, { type: 'DispatchTechnician', technicianId: 'wang' }, dispatcher);
    expect(await application.cases.factsOf(id)).toMatchObject({ technicianIds: ['wang'] });
    await handle(id, { type: 'WithdrawDispatch', visitId: made['visitId']!, reason: '换人' }, dispatcher);
    expect(await application.cases.factsOf(id)).toMatchObject({ technicianIds: [] });
    expect(await application.cases.factsOf('nowhere')).toBeNull();
  });
});
