import { setImmediate as turn } from 'node:timers/promises';
import { StoreUnavailable, type RecordedEvent } from '@fieldcase/eventsourcing';
import { GroupRead, type StreamEvents, type Wanted } from './group-read';

const LAST = 3;
const wanted = (...ids: readonly string[]): Wanted => new Map(ids.map((id) => [id, 0]));
const versions = (events: StreamEvents): Record<string, number[]> =>
  Object.fromEntries([...events].map(([id, own]) => [id, own.map(({ version }) => version)]));

/** Every stream has three events; statements end when the test says so. */
class Statements {
  readonly sent: Wanted[] = [];
  private readonly ends: ((error?: unknown) => void)[] = [];
  readonly group = new GroupRead({
    read: (asked) => this.read(asked),
    isUnavailable: (error) => error instanceof StoreUnavailable,
    maxStreams: 3,
  });

  async end(error?: unknown): Promise<void> {
    this.ends.shift()?.(error);
    await turn();
    await turn();
  }

  private read(asked: Wanted): Promise<StreamEvents> {
    this.sent.push(asked);
    const events = [...asked].map(([id, after]): [string, RecordedEvent[]] => [
      id,
      Array.from({ length: LAST - after }, (_, n) => ({ version: after + n + 1 }) as RecordedEvent),
    ]);
    return new Promise((resolve, reject) => {
      this.ends.push((error) => (error ? reject(error) : resolve(new Map(events))));
    });
  }
}

describe('GroupRead', () => {
  it('sends together what was asked for in the same turn, at most two statements at a time', async () => {
    const statements = new Statements();
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => statements.group.read(wanted(id)));
    await turn();
    expect(statements.sent.map(({ size }) => size)).toEqual([3, 3]);
    await statements.end();
    expect(statements.sent.map(({ size }) => size)).toEqual([3, 3, 1]);
    await statements.end();
    await statements.end();
    await expect(Promise.all(all)).resolves.toHaveLength(7);
  });

  it('never answers by a statement that was sent before the question', async () => {
    const statements = new Statements();
    const first = statements.group.read(wanted('a'));
    await turn();
    const second = statements.group.read(wanted('a'));
    await turn();
    expect(statements.sent).toHaveLength(2);
    await statements.end();
    await statements.end();
    await Promise.all([first, second]);
  });

  it('reads a stream once for all, and gives each what is behind his version', async () => {
    const statements = new Statements();
    const reads = [{ a: 2, b: 2 }, { a: 1 }].map((asked) => statements.group.read(new Map(Object.entries(asked))));
    await turn();
    await statements.end();
    expect(statements.sent.map((asked) => [...asked])).toEqual([
      [
        ['a', 1],
        ['b', 2],
      ],
    ]);
    expect((await Promise.all(reads)).map(versions)).toEqual([{ a: [3], b: [3] }, { a: [2, 3] }]);
  });

  it('reads a stream from the lowest version asked for, whoever asks last', async () => {
    const statements = new Statements();
    const reads = [2, 1, 2].map((after) => statements.group.read(new Map([['a', after]])));
    await turn();
    await statements.end();
    expect(statements.sent).toEqual([new Map([['a', 1]])]);
    expect((await Promise.all(reads)).map(versions)).toEqual([{ a: [3] }, { a: [2, 3] }, { a: [3] }]);
  });

  it('reads alone what is larger than a statement should be', async () => {
    const statements = new Statements();
    const large = statements.group.read(wanted('a', 'b', 'c', 'd'));
    const small = statements.group.read(wanted('e'));
    await turn();
    expect(statements.sent.map(({ size }) => size)).toEqual([4, 1]);
    await statements.end();
    await statements.end();
    await Promise.all([large, small]);
  });

  it('fails alone where the question is at fault, together where the server is', async () => {
    const statements = new Statements();
    const told = ['a', 'b'].map((id) => statements.group.read(wanted(id)).catch((error: Error) => error.message));
    await turn();
    await statements.end(new Error('odd'));
    await statements.end(new Error('odd'));
    await statements.end();
    expect(await told[0]).toBe('odd');
    expect(await told[1]).toEqual(new Map([['b', [{ version: 1 }, { version: 2 }, { version: 3 }]]]));

    const away = ['a', 'b'].map((id) => statements.group.read(wanted(id)).catch((error: Error) => error.message));
    await turn();
    await statements.end(new StoreUnavailable('away', false));
    expect(await Promise.all(away)).toEqual(['away', 'away']);
  });
});
