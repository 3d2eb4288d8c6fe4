import { InMemoryEventStore, Rejection, streamId, type AppendRequest, type EventStore } from '@fieldcase/eventsourcing';
import { CommandRunner, pauseBefore, type CommandTask, type RunnerOptions } from './command-runner';
import { Busy, KeyReused, VersionMismatch } from './errors';
import type { CommandOptions } from './handle-case';
import { newEvent } from './new-events';

const NOW = Date.UTC(2026, 5, 10, 8);
const metadata = { correlationId: 'c', causationId: 'c', actor: 'li', actorRole: 'agent' };
const stream = streamId('case', 'one');

/** Shuts the door if it is open, and else has nothing to do. */
function shutting(store: EventStore, remembered: { version: number }): CommandTask {
  let version = 0;
  return {
    main: stream,
    decidedOn: () => new Map([[stream, version]]),
    attempt: async (context, fresh) => {
      const events = (await store.readStreams([stream])).get(stream) ?? [];
      version = fresh ? events.length : remembered.version;
      const answer = { id: 'one', version: version + 1, made: {}, created: false };
      if (version === 0) return { writes: [], checks: [], answer };
      const event = newEvent(stream, { type: 'DoorShut', data: {} }, context.occurredAt, metadata);
      return { writes: [{ streamId: stream, expected: version, events: [event] }], checks: [], answer };
    },
  };
}

/** A door: it can be opened once. With `cached` the task decides on a version that it remembers. */
function door(store: EventStore, remembered?: { version: number }): CommandTask {
  let version = 0;
  return {
    main: stream,
    decidedOn: () => new Map([[stream, version]]),
    attempt: async (context, fresh) => {
      const events = (await store.readStreams([stream])).get(stream) ?? [];
      version = remembered && !fresh ? remembered.version : events.length;
      if (version > 0) throw new Rejection('door.already-open');
      const event = newEvent(stream, { type: 'DoorOpened', data: {} }, context.occurredAt, metadata);
      return {
        writes: [{ streamId: stream, expected: version, events: [event] }],
        checks: [],
        answer: { id: 'one', version: version + 1, made: {}, created: false },
      };
    },
  };
}

const gate = () => {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

const runnerOn = (store: EventStore, options: Partial<RunnerOptions> = {}) =>
  new CommandRunner(store, {
    now: () => NOW,
    secret: new Uint8Array([1]),
    occurredAtPastMs: 72 * 3_600_000,
    occurredAtFutureMs: 300_000,
    ...options,
  });
const asLi: CommandOptions = { actor: 'li', roles: ['agent'] };
const withKey = (key: string, request = 'open', sub = 'li'): CommandOptions => ({
  ...asLi,
  key: { sub, key, request },
});

describe('CommandRunner', () => {
  it('answers with the version and the position as a string', async () => {
    const store = new InMemoryEventStore();
    await expect(runnerOn(store).run(door(store), asLi)).resolves.toEqual({
      id: 'one',
      version: 1,
      made: {},
      created: false,
      position: '1',
      replayed: false,
    });
  });

  it('gives a repeated command its first answer although the state would now refuse it', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), withKey('k1'));
    await expect(runner.run(door(store), withKey('k1'))).resolves.toMatchObject({
      version: 1,
      position: '1',
      replayed: true,
    });
    expect(await store.head()).toBe(1n);
  });

  it('refuses what the state refuses under a new key', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), withKey('k1'));
    await expect(runner.run(door(store), withKey('k2'))).rejects.toMatchObject({ code: 'door.already-open' });
  });

  it('keeps keys of different callers apart, and tells a key that was used for another request', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), withKey('k1'));
    await expect(runner.run(door(store), withKey('k1', 'shut'))).rejects.toThrow(KeyReused);
    await expect(runner.run(door(store), withKey('k1', 'open', 'wang'))).rejects.toThrow(Rejection);
  });

  it('carries out a key that comes fifty times at once exactly once', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    const answers = await Promise.all(Array.from({ length: 50 }, () => runner.run(door(store), withKey('k1'))));
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.position))).toEqual(new Set(['1']));
    expect(await store.head()).toBe(1n);
  });

  it('lets a second use of a key wait for the first also where it would write another stream', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    const first = gate();
    const seen: string[] = [];
    const onStream = (id: string, opened: Promise<unknown> = Promise.resolve()): CommandTask => ({
      main: id,
      decidedOn: () => new Map(),
      attempt: async () => {
        seen.push(id);
        await opened;
        const event = newEvent(id, { type: 'DoorOpened', data: {} }, NOW, metadata);
        const answer = { id, version: 1, made: {}, created: true };
        return { writes: [{ streamId: id, expected: 0, events: [event] }], checks: [], answer };
      },
    });
    const commands = [
      runner.run(onStream('case:a', first.opened), withKey('k1')),
      runner.run(onStream('case:b'), withKey('k1')),
    ];
    await runner.run(onStream('case:c'), withKey('k2'));
    expect(seen).toEqual(['case:a', 'case:c']);
    first.open();
    const answers = await Promise.all(commands);
    expect(answers.map(({ id, replayed }) => [id, replayed])).toEqual([
      ['case:a', false],
      ['case:a', true],
    ]);
  });

  it('decides again when the state that refused was behind the log', async () => {
    const store = new InMemoryEventStore();
    const stale = { version: 5 };
    await expect(runnerOn(store).run(door(store, stale), withKey('k1'))).resolves.toMatchObject({ version: 1 });
    const another = new InMemoryEventStore();
    await expect(runnerOn(another).run(door(another, stale), asLi)).resolves.toMatchObject({ version: 1 });
  });

  it('says that there is nothing to do only of the log as it is, and answers a repeated command as before', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), withKey('k1'));
    const stale = { version: 0 };
    const shut = await runner.run(shutting(store, stale), withKey('k2'));
    expect(shut).toMatchObject({ version: 2, position: '2', replayed: false });
    await expect(runner.run(shutting(store, stale), withKey('k2'))).resolves.toEqual({ ...shut, replayed: true });
    await expect(runner.run(shutting(store, stale), asLi)).resolves.toMatchObject({ version: 3, position: '3' });
    const nothing = new InMemoryEventStore();
    const idle = runnerOn(nothing).run(shutting(nothing, stale), withKey('k1'));
    await expect(idle).resolves.toMatchObject({ version: 1, position: '0' });
  });

  it('decides again after a conflict, and is refused by what the winner did', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), asLi);
    const behind = door(store, { version: 0 });
    await expect(runner.run(behind, withKey('k9'))).rejects.toMatchObject({ code: 'door.already-open' });
  });

  it('refuses another version than If-Match named', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await expect(runner.run(door(store), { ...asLi, ifMatch: 3 })).rejects.toThrow(VersionMismatch);
    await expect(runner.run(door(store), { ...withKey('k1'), ifMatch: 0 })).resolves.toMatchObject({ version: 1 });
    await expect(runner.run(door(store), { ...withKey('k1'), ifMatch: 0 })).resolves.toMatchObject({ replayed: true });
  });

  it('says of an old version that it is old, not what a state says that its sender has not seen', async () => {
    const store = new InMemoryEventStore();
    const runner = runnerOn(store);
    await runner.run(door(store), asLi);
    await expect(runner.run(door(store), { ...withKey('k2'), ifMatch: 0 })).rejects.toThrow(VersionMismatch);
    await expect(runner.run(door(store), { ...withKey('k2'), ifMatch: 1 })).rejects.toThrow(Rejection);
  });

  it('gives up as busy when others keep winning', async () => {
    const store = new InMemoryEventStore();
    const losing: EventStore = Object.assign(Object.create(store) as EventStore, {
      append: (request: AppendRequest) =>
        Promise.resolve({ outcome: 'conflict' as const, streamId: request.writes[0]!.streamId, actual: 9 }),
    });
    await expect(runnerOn(losing, { retryForMs: 0 }).run(door(store), asLi)).rejects.toThrow(Busy);
  });

  it('pauses longer from round to round, and never long', () => {
    expect([0, 1, 2, 3].map((round) => pauseBefore(round, 1))).toEqual([1, 2, 4, 8]);
    expect(pauseBefore(3, 0.25)).toBe(2);
    expect(pauseBefore(30, 1)).toBe(50);
  });

  describe('occurredAt', () => {
    const at = (occurredAt: number): CommandOptions => ({ ...asLi, occurredAt });
    it.each([
      ['the earliest allowed instant', NOW - 72 * 3_600_000],
      ['the latest allowed instant', NOW + 300_000],
    ])('takes %s', async (_, occurredAt) => {
      const store = new InMemoryEventStore();
      await expect(runnerOn(store).run(door(store), at(occurredAt))).resolves.toMatchObject({ version: 1 });
      expect((await store.readStreams([stream])).get(stream)?.[0]?.occurredAt).toBe(occurredAt);
    });

    it.each([
      ['before 72 h ago', NOW - 72 * 3_600_000 - 1],
      ['after 5 min ahead', NOW + 300_001],
    ])('refuses %s, naming the field and the bounds', async (_, occurredAt) => {
      const store = new InMemoryEventStore();
      await expect(runnerOn(store).run(door(store), at(occurredAt))).rejects.toMatchObject({
        code: 'occurred-at.out-of-bounds',
        kind: 'malformed',
        errors: { occurredAt: 'between 2026-06-07T08:00:00.000Z and 2026-06-10T08:05:00.000Z' },
      });
      expect(await store.head()).toBe(0n);
    });

    it('has no bounds for sample data', async () => {
      const store = new InMemoryEventStore();
      await expect(runnerOn(store).run(door(store), { ...at(0), unbounded: true })).resolves.toMatchObject({
        version: 1,
      });
    });

    it('still gives the first answer when a repeat comes after the bound has passed', async () => {
      const store = new InMemoryEventStore();
      let now = NOW;
      const runner = runnerOn(store, { now: () => now });
      const options = { ...withKey('k1'), occurredAt: NOW };
      await runner.run(door(store), options);
      now += 100 * 3_600_000;
      await expect(runner.run(door(store), options)).resolves.toMatchObject({ replayed: true });
    });
  });
});
