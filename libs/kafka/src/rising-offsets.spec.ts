import { emptyRecord } from './log-topic';
import { RelayHalted } from './relay-audit';
import { checkBeginnings, RisingOffsets } from './rising-offsets';
import { NotAcknowledged } from './transport';

const record = { key: null, value: null, headers: {} };

describe('RisingOffsets', () => {
  const publishing = (...offsets: readonly bigint[]) => {
    const left = [...offsets];
    const send = () => Promise.resolve(left.shift() ?? 0n);
    return new RisingOffsets({ send, close: () => Promise.resolve() }, [{ first: 0n, next: 5n }]);
  };

  it('lets a partition grow, whoever else writes to it', async () => {
    const publisher = publishing(5n, 7n, 20n);
    expect(await publisher.send('log', 0, [record, record])).toBe(5n);
    expect(await publisher.send('log', 0, [record])).toBe(7n);
    expect(await publisher.send('log', 0, [record])).toBe(20n);
  });

  it.each([
    ['at once', [0n]],
    ['later', [5n, 0n]],
    ['where the last record lies', [5n, 5n]],
  ])('takes no acknowledgement of a place that was taken already: %s', async (_, offsets) => {
    const publisher = publishing(...offsets);
    for (let n = 1; n < offsets.length; n += 1) await publisher.send('log', 0, [record]);
    await expect(publisher.send('log', 0, [record])).rejects.toThrow(NotAcknowledged);
  });
});

describe('the beginning of a partition', () => {
  const log = { logId: 'log', epoch: 1 };
  const check = (from: bigint, first: bigint) =>
    checkBeginnings(
      {
        recordsAt: (_, offsets) =>
          Promise.resolve(
            new Map([...offsets].map(([partition, offset]) => [partition, { ...emptyRecord(log, from, 9n), offset }])),
          ),
      },
      log,
      'log',
      [{ first, next: 10n }],
    );

  it('is that of the log, or was cut off by retention', async () => {
    await expect(check(0n, 0n)).resolves.toBeUndefined();
    await expect(check(7n, 3n)).resolves.toBeUndefined();
  });

  it('is not where the topic was deleted and made again under a relay: that says why and what to do', async () => {
    await expect(check(7n, 0n)).rejects.toThrow(RelayHalted);
    await expect(check(7n, 0n)).rejects.toThrow(/was deleted and made again .* "fieldcase relay restart"/);
  });
});
