import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  partRequestNoticeHeadersSchema,
  partRequestNoticeSchema,
  publicCaseEventNames,
  publicCaseEventSchema,
  publicCaseHeadersSchema,
  type FeedItem,
} from '@fieldcase/contracts';
import { personalFieldsOf } from '@fieldcase/domain/events';
import { shardOf, type RecordedEvent } from '@fieldcase/eventsourcing';
import { caseRecord } from './case-records';
import { isPublic } from './case-event-data';
import { depotRecord } from './depot-records';

interface Golden {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Record<string, unknown>;
}

const folder = path.join(__dirname, '../../../domain/golden');
const golden = readdirSync(folder).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Golden);
const log = { logId: 'the-log', epoch: 1 };

const recorded = ({ type, schemaVersion }: Golden, data: object, metadata: object = {}): RecordedEvent => ({
  type,
  data,
  schemaVersion,
  occurredAt: Date.UTC(2026, 10, 23, 1),
  recordedAt: Date.UTC(2026, 10, 23, 2),
  position: 7n,
  streamId: 'case:c-1',
  version: 3,
  shard: shardOf('case:c-1'),
  eventId: 'event-1',
  metadata: { actor: 'ann', actorRole: 'agent', correlationId: 'x', causationId: 'x', ...metadata },
});
/** Every text of the personal members, in any depth. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};
/** As if every object had got one more member, in any depth; what is there already stays. */
const grown = (value: unknown, member: string, text: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => grown(each, member, text));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, each]) => [name, grown(each, member, text)]);
  return { [member]: text, ...Object.fromEntries(members) };
};
/** Every text of the personal members is the canary. */
const planted = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((each) => planted(each, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, planted(each, text)]));
};

describe('what is published of cases', () => {
  const published = golden.filter(({ type }) => isPublic(type));

  it('has an example of every event in the golden files, and every one is as its schema says', () => {
    expect(new Set(published.map(({ type }) => type))).toEqual(new Set(publicCaseEventNames));
    for (const { type, ...event } of published) {
      const { key, value, headers } = caseRecord(log, 5n, recorded({ type, ...event }, event.data));
      const parsed = publicCaseEventSchema(type as 'FaultReported').parse(JSON.parse(String(value)));
      expect(parsed).toMatchObject({
        id: 'event-1',
        subject: 'c-1',
        source: 'urn:fieldcase:log:the-log',
        position: '7',
      });
      expect(key).toBe('c-1');
      expect(publicCaseHeadersSchema.parse(headers)).toMatchObject({ from: '5', position: '7', log: 'the-log/1' });
    }
  });

  it('is nothing of the events that nobody chose', () => {
    const others = golden.filter(({ type }) => !isPublic(type));
    expect(others.length).toBeGreaterThan(20);
    for (const event of others) {
      expect(() => caseRecord(log, 0n, recorded(event, event.data))).toThrow(TypeError);
    }
  });

  it.each([...new Set(published.map(({ type }) => type))])('lets nothing personal of %s through', (type) => {
    const examples = published.filter((event) => event.type === type);
    const canary = fc.uuid().map((text) => `canary-${text}`);
    const member = fc.oneof(
      fc.constantFrom('note', 'reason', 'contact', 'address', 'comment', 'text', 'actor'),
      fc.stringMatching(/^x[a-zA-Z]{3,12}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...examples), canary, member, (event, text, added) => {
        const personal = personalFieldsOf(type);
        const own = Object.entries(event.data).map(([name, value]): [string, unknown] => [
          name,
          personal.includes(name) ? planted(value, text) : grown(value, added, text),
        ]);
        const data = { [added]: text, ...Object.fromEntries(own) };
        const metadata = { actor: text, actorRole: text, correlationId: text, source: text };
        const { value, key, headers } = caseRecord(log, 0n, recorded(event, data, metadata));
        const said = JSON.stringify([value, key, headers]);
        expect(said).not.toContain(text);
        const { data: publicData } = JSON.parse(String(value)) as { data: object };
        expect(Object.keys(publicData).filter((name) => personal.includes(name))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('lets none of the golden files’ own contacts, addresses and texts through', () => {
    const personal = golden.flatMap(({ type, data }) => personalFieldsOf(type).flatMap((name) => textsIn(data[name])));
    expect(personal.length).toBeGreaterThan(30);
    const said = published.map((event) => caseRecord(log, 0n, recorded(event, event.data)).value).join();
    for (const text of personal) expect(said).not.toContain(text);
  });
});

describe('what a depot is told', () => {
  it('is the item of its feed, as the schema says', () => {
    const [notice] = golden.filter(({ type }) => type === 'PartRequestNoticed');
    const event = recorded(notice as Golden, notice?.data ?? {});
    const item = { sequence: 3, at: '2026-11-23T01:00:00Z', ...event.data } as FeedItem;
    const { key, value, headers } = depotRecord(log, event, item);
    expect(partRequestNoticeSchema.parse(JSON.parse(String(value))).data).toEqual(item);
    expect(partRequestNoticeHeadersSchema.parse(headers)).toMatchObject({ sequence: '3', position: '7' });
    expect(key).toBe(item.partRequestId);
  });
});
