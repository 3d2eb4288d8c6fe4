import { depotTopic } from '@fieldcase/contracts';
import { followConfirmations } from './follow-confirmations';
import type { ConsumeOptions, ConsumedRecord, KafkaTransport } from './transport';

const topic = depotTopic('spec', 'harbin', 'confirmations');
const replies = depotTopic('spec', 'harbin', 'replies');

describe('who follows the confirmations of depots', () => {
  it('answers on a topic that was made after it had looked for topics, and tells how many records wait', async () => {
    const topics = [topic];
    const sent: string[] = [];
    const waiting: number[] = [];
    const stop = new AbortController();
    let consuming: (options: ConsumeOptions) => void = () => undefined;
    const begun = new Promise<ConsumeOptions>((resolve) => (consuming = resolve));
    const transport: Partial<KafkaTransport> = {
      topics: async () => [...topics],
      publisher: async () => ({
        send: async (to) => BigInt(sent.push(to)),
        close: async () => undefined,
      }),
      consume: async (options) => {
        consuming(options);
        return {
          commit: async () => undefined,
          pause: () => undefined,
          resume: () => undefined,
          close: async () => undefined,
        };
      },
    };
    const following = followConfirmations(
      {
        transport: transport as KafkaTransport,
        prefix: 'spec',
        carryOut: async () => ({ outcome: 'accepted' }),
        isPassing: () => false,
        park: async (_, __, records) => new Set(records.map(({ offset }) => offset)),
        describe: String,
        report: () => undefined,
        onWaiting: (records) => waiting.push([...records.values()].reduce((sum, each) => sum + each, 0)),
      },
      stop.signal,
    );
    const { onRecords, onAssigned } = await begun;
    topics.push(replies);
    const record: ConsumedRecord = {
      offset: 0n,
      key: null,
      value: '{',
      headers: {},
      bytes: new TextEncoder().encode('{'),
      timestamp: Date.now(),
    };
    const done = await onRecords(topic, 0, [record], 3n);
    onAssigned?.(new Map());
    stop.abort();
    await following;
    expect({ done, sent, waiting }).toEqual({ done: 1, sent: [replies], waiting: [3, 2, 0, 0] });
  });
});
