import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { CaseFacts } from '@fieldcase/application';
import type { CasePageView, Role, Scope } from '@fieldcase/contracts';
import { initialReference } from '@fieldcase/domain';
import { InMemoryEventStore, InMemoryLogSource } from '@fieldcase/eventsourcing';
import { counted } from '../../../../test/support/counting-projection';
import { JsonLog } from '../http/json-log';
import type { ReadSources } from '../queries/read-sources';
import { LiveClient } from './live-client';
import { LiveHub } from './live-hub';

let store: InMemoryEventStore;
let hub: LiveHub;
let factsOf: (caseId: string) => Promise<CaseFacts | null>;

beforeEach(() => {
  store = new InMemoryEventStore();
  factsOf = async () => ({ region: 'north', open: true, technicianIds: ['t1'] });
  hub = new LiveHub(
    {
      log: new InMemoryLogSource(store),
      cases: { page, timeline: none, clocks: none },
      reference: { current: async () => initialReference },
    },
    { factsOf: (caseId) => factsOf(caseId) },
    new JsonLog(() => undefined, Date.now),
  );
});
afterEach(() => hub.beforeApplicationShutdown());

/** A case whose only visit is of `t2`, until the third event. */
const page: ReadSources['cases']['page'] = async (_, __, options) => {
  const asOf = options?.asOf;
  const before = asOf && 'position' in asOf && asOf.position < 3n;
  return { visits: [{ visitId: 'v1', technicianId: before ? 't2' : 't3' }] } as unknown as CasePageView;
};
const none = async (): Promise<null> => null;
const append = async (...roots: string[]): Promise<void> => {
  const writes = roots.map((root) => counted(root, 1, 'NoteAdded', 'case'));
  await store.append({ writes });
};
const scopeOf = (role: Role, sub: string): Scope => ({ sub, roles: [role], regions: ['north'], depots: [] });

/** A reader whose answers are kept, and who can wait for them. */
class Reader {
  readonly client: LiveClient;
  text = '';
  over = false;
  private readonly changes = new EventEmitter();

  constructor(scope: Scope, after = 0n) {
    const note = (change: () => void): void => {
      change();
      this.changes.emit('change');
    };
    const response = Object.assign(new EventEmitter(), {
      writableLength: 0,
      writableNeedDrain: false,
      write: (text: string) => note(() => (this.text += text)),
      end: () => note(() => (this.over = true)),
      destroy: () => note(() => (this.over = true)),
    });
    this.client = new LiveClient(scope, after, response as unknown as ServerResponse, () => hub.leave(this.client));
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => this.changes.once('change', resolve));
  }
}

describe('a look at the rights that fails', () => {
  it('ends who has missed something by it, so that he resumes without a gap, and nobody else', async () => {
    const seesAll = new Reader({ ...scopeOf('agent', 'b'), regions: '*' });
    const seesSome = new Reader(scopeOf('agent', 'a'));
    for (const { client } of [seesAll, seesSome]) await hub.join(client);
    let failures = 1;
    const facts = factsOf;
    factsOf = async (caseId) => {
      if (caseId === 'two' && failures-- > 0) throw new Error('away');
      return facts(caseId);
    };
    await append('one', 'two');
    await seesSome.until(() => seesSome.over);
    const resumed = new Reader(scopeOf('agent', 'a'), BigInt(seesSome.ids.at(-1) ?? 0));
    await hub.join(resumed.client);
    await append('three');
    await resumed.until(() => resumed.ids.at(-1) === 3);
    expect([...seesSome.ids, ...resumed.ids]).toEqual([1, 2, 3]);
    expect([seesAll.ids, seesAll.over]).toEqual([[1, 2, 3], false]);
  });
});

describe('an event that takes a visit from its technician', () => {
  const write = async (type: string, data: object): Promise<void> => {
    const given = counted('one', 0, type, 'case');
    await store.append({ writes: [{ ...given, events: given.events.map((event) => ({ ...event, data })) }] });
  };
  const visit = { visitId: 'v1' };

  it.each([
    ['DispatchDeclined', {}],
    ['DispatchWithdrawn', {}],
    ['VisitHandedOver', { technicianId: 't3' }],
  ])('%s reaches him, no other without a visit, and nothing after it', async (type, more) => {
    factsOf = async () => ({ region: 'north', open: true, technicianIds: ['t3'] });
    await append('one');
    await write('TechnicianDispatched', { ...visit, technicianId: 't2' });
    await write(type, { ...visit, ...more });
    await append('one');
    const [his, others, next] = ['t2', 't1', 't3'].map((sub) => new Reader(scopeOf('technician', sub)));
    const office = new Reader({ ...scopeOf('agent', 't2'), regions: ['south'] });
    for (const reader of [his, others, next, office]) if (reader) await hub.join(reader.client);
    expect([his, others, next, office].map((reader) => reader?.ids)).toEqual([[3], [], [1, 2, 3, 4], []]);
  });
});
