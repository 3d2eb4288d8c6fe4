import { InMemoryLogSource, type RecordedEvent } from '@fieldcase/eventsourcing';
import { partSupply, type PartSupplyCommand } from '@fieldcase/domain';
import type { Coverage, MaterialLine } from '@fieldcase/domain/events';
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
} from './application.fixture';
import type { CaseCommandInput, CommandOptions } from './handle-case';

const MAKER = 'maker';
const wang: CommandOptions = { actor: 'wang', roles: ['technician'] };
const triage = { type: 'TriageCase', faultCode: 'F1', priority: 'normal', handlingOpinion: '上门' } as const;
const belts = (quantity: number): MaterialLine => ({ partNumber: 'belt', quantity, source: 'van' });

let store: RacingStore;
let here: Application;
let now: number;

beforeEach(async () => {
  now = START;
  store = new RacingStore({ now: () => now });
  here = applicationOn(store, () => now);
  await registerPlaces(here);
  const { references } = here;
  const van = { kind: 'van', region: 'east', parent: 'hongqi-d', technicianId: 'wang' } as const;
  await references.handle({ type: 'RegisterDepot', id: 'van-wang', name: '王师傅的车', ...van }, supervisor);
  const part = { class: 'wear', packSize: 1, serialised: false, substitutes: [], makerId: MAKER } as const;
  await references.handle({ type: 'RegisterPart', partNumber: 'belt', name: '皮带', ...part }, supervisor);
});

const handle = (id: string | undefined, command: CaseCommandInput, options: CommandOptions = agent) =>
  here.cases.handle(id, command, options);
const receive = (depotId: string, quantity: number, owner = 'own', by = here) =>
  by.stock.handle({ type: 'ReceiveStock', depotId, partNumber: 'belt', quantity, owner }, supervisor);
const elsewhere = () => applicationOn(store, () => now);
const rivals = async (rival: () => Promise<unknown>, run: () => Promise<unknown>) => {
  const before = store.outcomes.length;
  store.beforeNextAppend(rival);
  await run();
  return store.outcomes.slice(before);
};

/** Wang is on his way to a case that is covered like this. */
async function dispatched(coverage?: Coverage): Promise<{ readonly id: string; readonly visitId: string }> {
  const { id } = await handle(undefined, report);
  await handle(id, { ...triage, ...(coverage && { coverage }) });
  const { made } = await handle(id, { type: 'DispatchTechnician', technicianId: 'wang' }, dispatcher);
  return { id, visitId: made['visitId'] ?? '' };
}
async function onSite(coverage?: Coverage) {
  const visit = await dispatched(coverage);
  now += HOUR;
  await handle(visit.id, { type: 'RecordArrival', visitId: visit.visitId }, wang);
  return visit;
}
async function asked(coverage?: Coverage, quantity = 1): Promise<string> {
  const { id } = await dispatched(coverage);
  const { made } = await handle(id, { type: 'RequestPart', partNumber: 'belt', quantity }, wang);
  return made['partRequestId'] ?? '';
}
const caseOf = (partRequestId: string): string => partRequestId.split('.')[0] ?? '';
const partsOf = async (partRequestId: string) =>
  (await store.stored(`parts:${caseOf(partRequestId)}`)).map(({ type }) => type);

describe('what a visit takes from the van', () => {
  const materials = [belts(2)];
  const complete = ({ id, visitId }: { readonly id: string; readonly visitId: string }) =>
    handle(id, { type: 'CompleteVisit', visitId, fixed: true, materials }, wang);
  const used = async () =>
    (await store.stored('stock:van-wang:belt')).filter(({ type }) => type === 'StockUsed').at(-1)?.data;

  it.each([
    ['in-warranty', MAKER],
    ['out-of-warranty', 'own'],
    ['unknown', 'own'],
    [undefined, 'own'],
  ] as const)('covered %s it is the pieces of: %s', async (coverage, owner) => {
    await receive('van-wang', 2);
    await receive('van-wang', 2, MAKER);
    await complete(await onSite(coverage));
    expect(await used()).toMatchObject({ lines: [{ owner, quantity: 2 }] });
  });

  it('is planned with what its former list gives back', async () => {
    await receive('van-wang', 2);
    await receive('van-wang', 2, MAKER);
    const visit = await onSite('in-warranty');
    await complete(visit);
    const amend = { type: 'AmendMaterials', visitId: visit.visitId, reason: '漏记', materials: [belts(3)] } as const;
    await handle(visit.id, amend, wang);
    expect(await used()).toMatchObject({
      lines: [
        { owner: MAKER, quantity: 2 },
        { owner: 'own', quantity: 1 },
      ],
    });
  });
});

describe('what was only read', () => {
  it('is the case of a rating: it is not rated while it is reopened', async () => {
    const { id, visitId } = await onSite();
    const told = { result: '修好', channel: 'phone' };
    const done = { type: 'CompleteVisit', visitId, fixed: true, materials: [], customerInformed: told } as const;
    await handle(id, done, wang);
    await handle(id, { type: 'CloseCase', resolution: 'repaired' }, dispatcher);
    store.beforeNextAppend(() => elsewhere().cases.handle(id, { type: 'ReopenCase', reason: '又坏了' }, agent));
    const rating = { caseId: id, kind: 'nps', score: 9, via: 'telephone', channel: 'phone' } as const;
    const rated = here.surveys.handle({ type: 'SubmitRating', ...rating }, agent);
    await expect(rated).rejects.toMatchObject({ code: 'rating.case-not-closed' });
    expect(await store.stored(`survey:${id}`)).toEqual([]);
  });

  it('are the cards that have nothing: no receipt slips in before a request waits', async () => {
    const partRequestId = await asked();
    const source = { type: 'SourcePart', partRequestId } as const;
    const outcomes = await rivals(
      () => receive('hongqi-d', 1, 'own', elsewhere()),
      () => handle(caseOf(partRequestId), source, { actor: 'part-supply', roles: ['system'] }),
    );
    expect(outcomes).toEqual(['appended', 'conflict', 'appended']);
    expect(await partsOf(partRequestId)).toEqual(['PartRequested', 'PartAllocated']);
  });
});

describe('part supply', () => {
  const supply = async (): Promise<(readonly [PartSupplyCommand, RecordedEvent, number])[]> => {
    const { events } = await new InMemoryLogSource(store).read({
      after: 0n,
      limit: 1_000,
      types: partSupply.eventTypes,
    });
    return events.flatMap((event) => partSupply.react(event).map((command, index) => [command, event, index] as const));
  };

  it('carries a command out once, also where the batch comes again after a crash', async () => {
    await receive('hongqi-d', 9);
    const partRequestId = await asked();
    const commands = await supply();
    for (const command of commands) await here.partSupply.execute(...command);
    const decline = { type: 'DeclinePartRequest', partRequestId, reason: '没有货', depots: '*' } as const;
    await handle(caseOf(partRequestId), decline, { actor: 'clerk', roles: ['depot-clerk'] });
    const head = await store.head();
    for (const command of commands) await elsewhere().partSupply.execute(...command);
    expect(await store.head()).toBe(head);
    expect((await partsOf(partRequestId)).at(-1)).toBe('PartRequestDeclined');
  });

  it('serves who waits also where only consigned pieces came', async () => {
    const partRequestId = await asked('in-warranty');
    for (const command of await supply()) await here.partSupply.execute(...command);
    expect((await partsOf(partRequestId)).at(-1)).toBe('PartBackordered');
    await receive('hongqi-d', 1, MAKER);
    const [latest] = (await supply()).slice(-1);
    expect(latest?.[0]).toMatchObject({ type: 'ServeBackorders', depotId: 'hongqi-d' });
    if (latest) await here.partSupply.execute(...latest);
    expect((await partsOf(partRequestId)).at(-1)).toBe('PartAllocated');
    expect((await store.stored('stock:hongqi-d:belt')).at(-1)).toMatchObject({
      type: 'StockReserved',
      data: { lines: [{ owner: MAKER, quantity: 1 }] },
    });
  });
});
