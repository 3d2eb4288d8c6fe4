import { InMemoryEventStore, type DomainEvent, type ReadOptions } from '@fieldcase/eventsourcing';
import { caseDecider, caseStream, clocksStream } from '@fieldcase/domain';
import { START, agent } from './application.fixture';
import { CaseStates } from './case-states';
import { metadataOf } from './metadata';
import { newEvent } from './new-events';

class CountingStore extends InMemoryEventStore {
  reads = 0;

  override readStreams(streamIds: readonly string[], options: ReadOptions = {}) {
    this.reads += 1;
    return super.readStreams(streamIds, options);
  }

  async add(streamId: string, ...events: readonly DomainEvent[]): Promise<void> {
    const news = events.map((event) => newEvent(streamId, event, START, metadataOf(agent)));
    await this.append({ writes: [{ streamId, expected: 'any', events: news }] });
  }
}

const sla = { policy: { id: 'none', version: 1 }, zone: 'Asia/Shanghai', targets: [], lateFactLimitMs: 0 };
const reported = (caseId: string): DomainEvent => ({
  type: 'FaultReported',
  data: { caseId, number: 'n', region: 'east', caseType: 'fault', priority: 'normal', sla },
});
const owned = (owner: string): DomainEvent => ({ type: 'OwnershipTaken', data: { owner } });
const clock = { clockId: 'onSiteResponse:-:1', target: 'onSiteResponse', dueAt: '2026-06-11T01:00:00.000Z' };
const breached: DomainEvent = { type: 'SlaBreached', data: { ...clock, cause: 'elapsed' } };
const asked = { type: 'VoidingRequested', data: { ...clock, factType: 'TechnicianArrived', factRecordedBy: 'wang' } };
const voided: DomainEvent = { type: 'BreachVoided', data: { ...clock, by: 'approval' } };

describe('CaseStates', () => {
  let store: CountingStore;
  let states: CaseStates;
  beforeEach(() => {
    store = new CountingStore();
    states = new CaseStates(store, 2);
  });

  it('reads on where each of the streams was left, the shorter ones too', async () => {
    const versions = async () => [...(await states.load('c')).versions.values()];
    await store.add(caseStream('c'), reported('c'), ...['a', 'b', 'c', 'd'].map(owned));
    await store.add(clocksStream('c'), breached);
    expect(await versions()).toEqual([5, 1, 0]);
    await store.add(clocksStream('c'), asked, voided);
    expect(await versions()).toEqual([5, 1, 0]);
    const fresh = await states.loadFresh('c');
    expect([...fresh.versions.values()]).toEqual([5, 3, 0]);
    expect(fresh.state).toMatchObject({ owner: 'd', voidings: [] });
    expect(fresh).toEqual(await new CaseStates(store).load('c'));
  });

  it('folds both streams in the order of the log', async () => {
    await store.add(caseStream('c'), reported('c'));
    await store.add(clocksStream('c'), breached, asked);
    await store.add(caseStream('c'), owned('a'));
    await store.add(clocksStream('c'), voided);
    await store.add(caseStream('c'), owned('b'));
    const evolve = jest.spyOn(caseDecider, 'evolve');
    try {
      await states.load('c');
      expect(evolve.mock.calls.map(([, event]) => event.position)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    } finally {
      evolve.mockRestore();
    }
  });

  it('forgets the case that was not used for longest', async () => {
    for (const id of ['a', 'b', 'c']) await store.add(caseStream(id), reported(id));
    const readsFor = async (...ids: readonly string[]) => {
      const before = store.reads;
      for (const id of ids) await states.load(id);
      return store.reads - before;
    };
    expect(await readsFor('a', 'b', 'a', 'c')).toBe(3);
    expect(await readsFor('a', 'c')).toBe(0);
    expect(await readsFor('b')).toBe(1);
    expect(await readsFor('a')).toBe(1);
  });

  it('remembers no case that does not exist', async () => {
    expect([...(await states.load('nowhere')).versions.values()]).toEqual([0, 0, 0]);
    await store.add(caseStream('nowhere'), reported('nowhere'));
    expect((await states.load('nowhere')).versions.get(caseStream('nowhere'))).toBe(1);
  });
});
