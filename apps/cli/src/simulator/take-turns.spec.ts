import { takeTurns } from './take-turns';

describe('turns of the simulator', () => {
  it('come after a pause each, and count where a command was accepted', async () => {
    const order: string[] = [];
    const accepted = [true, false, true];
    const commands = await takeTurns(
      { turn: () => Promise.resolve(order.push('turn') > 0 && accepted.shift() === true) },
      { turns: 3, stopping: new AbortController().signal, pause: () => Promise.resolve(order.push('pause')) },
    );
    expect(commands).toBe(2);
    expect(order).toEqual(['pause', 'turn', 'pause', 'turn', 'pause', 'turn']);
  });

  it('end in the pause in which it is stopped', async () => {
    const stopping = new AbortController();
    let turns = 0;
    const pause = (): Promise<void> => {
      if (turns < 2) return Promise.resolve();
      stopping.abort();
      return Promise.reject(new Error('aborted'));
    };
    const turn = (): Promise<boolean> => Promise.resolve((turns += 1) > 0);
    expect(await takeTurns({ turn }, { turns: 100, stopping: stopping.signal, pause })).toBe(2);
  });
});
