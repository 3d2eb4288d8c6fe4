import { confirmationText, depotTopic, type ConfirmationReply } from '@fieldcase/contracts';
import { ConfirmationDesk, type DeskOptions } from './confirmation-desk';
import type { ConsumedRecord } from './transport';

const NOW = Date.UTC(2026, 0, 9);
const HOUR_MS = 3_600_000;
const topic = depotTopic('spec', 'harbin', 'confirmations');

const record = (offset: number, value: string, timestamp = NOW): ConsumedRecord => {
  const bytes = new TextEncoder().encode(value);
  return { offset: BigInt(offset), key: null, value, headers: {}, bytes, timestamp };
};
const acknowledged = (offset: number, timestamp?: number): ConsumedRecord => {
  const data = { partRequestId: 'c.1' };
  const type = 'fieldcase.part-request.acknowledged.v1';
  return record(offset, JSON.stringify({ specversion: '1.0', id: `e${offset}`, source: 's', type, data }), timestamp);
};

/** Everything that the desk does, in order. */
function desk(
  options: Partial<DeskOptions> = {},
  sent: () => Promise<bigint> = async () => 0n,
  isAnswered: () => boolean = () => true,
) {
  const did: string[] = [];
  const replies: ConfirmationReply[] = [];
  const made = new ConfirmationDesk(
    {
      prefix: 'spec',
      carryOut: async ({ depotId, user }, { id }) => {
        did.push(`carried out ${id} of ${depotId}, ${user}`);
        return { outcome: 'accepted', position: '7' };
      },
      isPassing: () => false,
      park: async (_, __, records) => {
        did.push(`kept ${records.map(({ offset, reason }) => `${offset} ${reason}`).join()}`);
        return new Set(records.map(({ offset }) => offset));
      },
      describe: () => 'described',
      report: () => undefined,
      now: () => NOW,
      ...options,
    },
    {
      publisher: {
        send: async (to, _, records) => {
          const told = records.map(({ value }) => JSON.parse(value ?? '') as ConfirmationReply);
          replies.push(...told);
          did.push(`told ${to}: ${told.map(({ data }) => data.code).join()}`);
          return sent();
        },
      },
      isAnswered: async () => isAnswered(),
      commit: async (_, __, next) => void did.push(`committed ${next}`),
    },
  );
  return { desk: made, did, replies };
}

describe('the desk where confirmations are taken', () => {
  // Whatever this machine is busy with: one go is long enough for all.
  beforeEach(() => jest.spyOn(performance, 'now').mockReturnValue(0));
  afterEach(() => jest.restoreAllMocks());

  it('takes the depot from the topic; keeps, then answers, then says that it is done', async () => {
    const { desk: taking, did } = desk();
    const records = [acknowledged(3), record(4, '{')];
    expect(await taking.take(topic, 0, records, 5n)).toBe(2);
    expect(did).toEqual([
      'carried out e3 of harbin, spec.depot.harbin',
      'kept 4 confirmation.unreadable',
      'told spec.depot.harbin.replies.v1: confirmation.accepted,confirmation.unreadable',
      'committed 5',
    ]);
  });

  it('carries nothing out that is older than keys are remembered: it may have been done before', async () => {
    const { desk: taking, did } = desk();
    await taking.take(topic, 0, [acknowledged(0, NOW - 61 * HOUR_MS), acknowledged(1, NOW - 59 * HOUR_MS)], 2n);
    expect(did.slice(0, 2)).toEqual(['carried out e1 of harbin, spec.depot.harbin', 'kept 0 confirmation.too-late']);
  });

  it('parks what nobody foresaw, and goes on behind it', async () => {
    const carryOut: DeskOptions['carryOut'] = async (_, { id }) => {
      if (id === 'e0') throw new Error('odd');
      return { outcome: 'accepted' };
    };
    const { desk: taking, replies } = desk({ carryOut });
    expect(await taking.take(topic, 0, [acknowledged(0), acknowledged(1)], 2n)).toBe(2);
    expect(replies.map(({ data }) => data.code)).toEqual(['confirmation.failed', 'confirmation.accepted']);
  });

  it('waits where waiting helps, and has settled what came before', async () => {
    const carryOut: DeskOptions['carryOut'] = async (_, { id }) => {
      if (id === 'e1') throw new Error('away');
      return { outcome: 'accepted' };
    };
    const { desk: taking, did } = desk({ carryOut, isPassing: () => true });
    const records = [acknowledged(0), acknowledged(1), acknowledged(2)];
    expect(await taking.take(topic, 0, records, 3n)).toBe(1);
    expect(did.at(-1)).toBe('committed 1');
    await expect(taking.take(topic, 0, records.slice(1), 3n)).rejects.toThrow('away');
    expect(did.at(-1)).toBe('committed 1');
  });

  it('tells of dropped records at the end of their run, and commits none before', async () => {
    const { desk: taking, did, replies } = desk({ park: async () => new Set() });
    expect(await taking.take(topic, 0, [acknowledged(0), record(1, '{'), record(2, '{')], 9n)).toBe(3);
    expect(did.at(-1)).toBe('committed 1');
    expect(await taking.take(topic, 0, [record(3, '{')], 9n)).toBe(1);
    expect(did.at(-1)).toBe('committed 1');
    await taking.take(topic, 0, [acknowledged(4)], 9n);
    expect(did.at(-1)).toBe('committed 5');
    const [, run] = replies;
    expect(run?.data).toMatchObject({
      code: 'confirmation.dropped',
      detail: confirmationText('confirmation.dropped', { count: 3 }),
      dropped: { count: 3, firstOffset: '1', lastOffset: '3' },
    });
  });

  it('says nothing is done where the answer could not be sent', async () => {
    const { desk: taking, did } = desk({}, () => Promise.reject(new Error('no leader')));
    await expect(taking.take(topic, 0, [acknowledged(0)], 1n)).rejects.toThrow('no leader');
    expect(did.filter((line) => line.startsWith('committed'))).toEqual([]);
  });

  it('goes on where there is no topic to answer on, tells of it once, and answers when it is there', async () => {
    let isThere = false;
    const told: string[] = [];
    const { desk: taking, did } = desk({ report: (_, message) => told.push(message) }, undefined, () => isThere);
    await taking.take(topic, 0, [acknowledged(0)], 1n);
    await taking.take(topic, 0, [acknowledged(1)], 2n);
    expect(told).toEqual(['a depot cannot be answered: its topic is not there']);
    expect(did.at(-1)).toBe('committed 2');
    isThere = true;
    await taking.take(topic, 0, [acknowledged(2)], 3n);
    expect(did.slice(-2)).toEqual(['told spec.depot.harbin.replies.v1: confirmation.accepted', 'committed 3']);
  });
});
