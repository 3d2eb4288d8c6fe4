import { setImmediate as turn } from 'node:timers/promises';
import { StoreUnavailable, type AppendRequest, type AppendResult } from '@fieldcase/eventsourcing';
import { contractKey, contractWrite } from '@fieldcase/eventsourcing/testing';
import { GroupCommit, type Prepared } from './group-commit';

const appended: AppendResult = {
  outcome: 'appended',
  firstPosition: 1n,
  lastPosition: 1n,
  recordedAt: 0,
  versions: new Map(),
};

/** A group commit whose statements end when the test says so. */
class Statements {
  readonly batches: (readonly AppendRequest[])[] = [];
  private readonly ends: ((error?: unknown) => void)[] = [];
  readonly group = new GroupCommit<Prepared>({
    write: (batch) => this.write(batch.map(({ request }) => request)),
    isUnavailable: (error) => error instanceof StoreUnavailable,
    maxRequests: 4,
    maxSize: 100,
    heavy: 60,
  });

  constructor(private readonly answer: (request: AppendRequest) => AppendResult = () => appended) {}

  append(request: AppendRequest, size = 1): Promise<AppendResult> {
    return this.group.append({ request, size });
  }

  /** Ends the oldest statement under way, and lets what follows begin. */
  async end(error?: unknown): Promise<void> {
    this.ends.shift()?.(error);
    await turn();
    await turn();
  }

  private write(batch: readonly AppendRequest[]): Promise<readonly AppendResult[]> {
    this.batches.push(batch);
    return new Promise((resolve, reject) => {
      this.ends.push((error) => (error ? reject(error) : resolve(batch.map(this.answer))));
    });
  }
}

const to = (streamId: string, expected: number | 'any' = 0): AppendRequest => ({
  writes: [contractWrite(streamId, expected, 'A')],
});

describe('GroupCommit', () => {
  it('sends together what was asked for in the same turn, at most two statements at a time', async () => {
    const statements = new Statements();
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => statements.append(to(`case:${name}`)));
    await turn();
    expect(statements.batches.map((batch) => batch.length)).toEqual([4, 4]);
    await statements.end();
    expect(statements.batches.map((batch) => batch.length)).toEqual([4, 4, 1]);
    await statements.end();
    await statements.end();
    await expect(Promise.all(all)).resolves.toHaveLength(9);
  });

  it('does not let half of a crowd wait for the other half once it is heavy', async () => {
    const statements = new Statements();
    const append = (...names: string[]): void =>
      names.forEach((name) => void statements.append(to(`case:${name}`), 30));
    append('a', 'b', 'c', 'd');
    expect(statements.batches.map((batch) => batch.length)).toEqual([2, 2]);
    await statements.end();
    await statements.end();
    append('a');
    expect(statements.batches).toHaveLength(2);
    append('b');
    expect(statements.batches.map((batch) => batch.length)).toEqual([2, 2, 2]);
    append('c');
    await turn();
    expect(statements.batches.map((batch) => batch.length)).toEqual([2, 2, 2, 1]);
  });

  it('is a crowd by how many there were lately, and heavy appends that are few of it wait for the others', async () => {
    const statements = new Statements();
    const append = (...names: string[]): void =>
      names.forEach((name) => void statements.append(to(`case:${name}`), 30));
    append('a', 'b', 'c', 'd');
    // Two are answered and come again: half of the four, though as many are still under way.
    await statements.end();
    append('a', 'b');
    expect(statements.batches.map((batch) => batch.length)).toEqual([2, 2, 2]);
    for (let turns = 0; turns < 20; turns++) {
      await statements.end();
      append('a');
      await turn();
    }
    // The crowd is one or two by now, and was four: one that is heavy by itself need not wait for a second.
    await statements.end();
    await statements.end();
    const before = statements.batches.length;
    void statements.append(to('case:a'), 60);
    expect(statements.batches).toHaveLength(before + 1);
  });

  it('bounds a batch by size, and sends a larger request alone', async () => {
    const statements = new Statements();
    void statements.append(to('case:a'), 60);
    void statements.append(to('case:b'), 60);
    void statements.append(to('case:c'), 500);
    await turn();
    await statements.end();
    expect(statements.batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
  });

  it.each<[string, AppendRequest, AppendRequest]>([
    ['both write', to('case:a'), to('case:a')],
    ['one checks what the other writes', to('case:a'), { writes: [], checks: [{ streamId: 'case:a', expected: 0 }] }],
    ['one writes what the other checks', { writes: [], checks: [{ streamId: 'case:a', expected: 0 }] }, to('case:a')],
    ['one writes blind, one at a version', to('case:a', 'any'), to('case:a')],
    ['one key', { ...to('case:a'), key: contractKey('k') }, { ...to('case:b'), key: contractKey('k') }],
  ])('keeps two requests apart: %s', async (_, first, second) => {
    const statements = new Statements();
    void statements.append(first);
    void statements.append(second);
    await turn();
    expect(statements.batches.map((batch) => batch.length)).toEqual([1, 1]);
  });

  it.each<[string, AppendRequest]>([
    ['write a stream blind', to('case:a', 'any')],
    ['check a stream', { writes: [], checks: [{ streamId: 'case:a', expected: 0 }] }],
  ])('puts requests together that %s', async (_, request) => {
    const statements = new Statements();
    void statements.append(request);
    void statements.append(request);
    await turn();
    expect(statements.batches.map((batch) => batch.length)).toEqual([2]);
  });

  it('lets nobody overtake a request that waits for a stream', async () => {
    const statements = new Statements();
    void statements.append(to('case:a'));
    void statements.append({ writes: [...to('case:a').writes, ...to('case:b').writes] });
    void statements.append(to('case:b'));
    await turn();
    expect(statements.batches.map((batch) => batch.map(({ writes }) => writes.length))).toEqual([[1], [2]]);
  });

  it.each<[string, AppendRequest]>([
    ['at a version', to('case:a')],
    ['blind', to('case:a', 'any')],
  ])('lets no check overtake one that waits for what is written %s', async (_, write) => {
    const statements = new Statements();
    const check: AppendRequest = { writes: [], checks: [{ streamId: 'case:a', expected: 0 }] };
    void statements.append(write);
    void statements.append(check);
    void statements.append(check);
    await turn();
    expect(statements.batches.map((batch) => batch.length)).toEqual([1, 2]);
  });

  it('puts requests that can only be refused into any batch', async () => {
    const statements = new Statements(() => ({ outcome: 'conflict', streamId: 'case:a', actual: 5 }));
    void statements.append(to('case:a'));
    await turn();
    await statements.end();
    for (const expected of [0, 4, 5, 5]) void statements.append(to('case:a', expected));
    await turn();
    const expected = statements.batches.slice(1).map((batch) => batch.map(({ writes }) => writes[0]?.expected));
    expect(expected).toEqual([[0, 4, 5], [5]]);
  });

  it('tries the members of a failed statement one by one: the bad one fails alone', async () => {
    const statements = new Statements();
    const all = Promise.allSettled(['a', 'b', 'c'].map((name) => statements.append(to(`case:${name}`))));
    await turn();
    await statements.end(new Error('a value that jsonb refuses'));
    await statements.end();
    await statements.end(new Error('a value that jsonb refuses'));
    await statements.end();
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tells all members when the server is the reason', async () => {
    const statements = new Statements();
    const all = Promise.allSettled(['a', 'b'].map((name) => statements.append(to(`case:${name}`))));
    await turn();
    await statements.end(new StoreUnavailable('gone', true));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(statements.batches).toHaveLength(1);
  });
});
