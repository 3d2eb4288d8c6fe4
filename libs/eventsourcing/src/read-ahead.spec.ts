import { LogOfShards } from './log-of-shards';
import type { LogBatch, LogSource } from './log-source';
import { ReadAhead } from './read-ahead';

/** Of ten events that are looked at, none is of any use. */
const leavingOut = { read: async ({ after }: { after: bigint }): Promise<LogBatch> => full(after) };
const full = (after: bigint): LogBatch => ({ events: [], upTo: after + 10n, looked: 10 });

describe('ReadAhead', () => {
  it('reads on where a batch was full, though most of it was left out', async () => {
    const reading = jest.spyOn(leavingOut, 'read');
    const ahead = new ReadAhead(leavingOut);
    await ahead.read({ after: 0n, limit: 10 });
    expect(reading.mock.calls.map(([{ after }]) => after)).toEqual([0n, 10n]);
    await ahead.read({ after: 10n, limit: 20 });
    expect(reading.mock.calls.map(([{ after }]) => after)).toEqual([0n, 10n, 10n]);
  });

  it('answers what was asked for, wherever it had read on', async () => {
    const ahead = new ReadAhead(leavingOut);
    await ahead.read({ after: 0n, limit: 10 });
    expect(await ahead.read({ after: 50n, limit: 10 })).toEqual(full(50n));
  });

  it('tells that it could not read on only to the one who asks for that', async () => {
    const read = jest.fn().mockResolvedValueOnce(full(0n)).mockRejectedValueOnce(new Error('away'));
    const ahead = new ReadAhead({ read });
    expect(await ahead.read({ after: 0n, limit: 10 })).toEqual(full(0n));
    await new Promise(setImmediate);
    await expect(ahead.read({ after: 10n, limit: 10 })).rejects.toThrow('away');
  });
});

describe('LogOfShards', () => {
  it('looks at as much as the log did', async () => {
    const some = new LogOfShards(leavingOut as unknown as LogSource, [1, 2]);
    expect(await some.read({ after: 5n, limit: 10 })).toEqual({ ...full(5n), shards: [1, 2] });
  });
});
