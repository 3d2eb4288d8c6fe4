import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from '@asyncapi/parser';
import { logEventSchemas } from '../../gen/log-events';
import { startApi, type ApiUnderTest } from './api-fixture';
import { prettyDocument } from './openapi-file';
import { TopicsByDocument, type AsyncApi } from '../../support/topics-by-document';

const root = path.join(__dirname, '../../..');
const again = 'run `npm run gen` after a change';

describe('the AsyncAPI document', () => {
  let api: ApiUnderTest;
  let text: string;
  let document: AsyncApi;
  beforeAll(async () => {
    api = await startApi();
    const answer = await fetch(`${api.url}/asyncapi.json`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    text = await answer.text();
    document = JSON.parse(text) as AsyncApi;
  });
  afterAll(() => api.stop());

  it('is valid by the parser of AsyncAPI, which has nothing to say about it', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(text);
    expect(diagnostics).toEqual([]);
    expect(parsed?.version()).toBe('3.1.0');
  });

  it(`is the one in docs/asyncapi.json: ${again}`, () => {
    const stored = readFileSync(path.join(root, 'docs/asyncapi.json'), 'utf8');
    expect(stored === prettyDocument(text)).toBe(true);
  });

  it(`knows every event of the log as the code has it: ${again}`, () => {
    const stored = readFileSync(path.join(root, 'libs/contracts/src/kafka/log-events.json'), 'utf8');
    expect(JSON.parse(stored)).toEqual(logEventSchemas());
  });

  it('has examples of all messages, each as its schemas and those of no other message of the channel say', () => {
    const topics = new TopicsByDocument(document);
    let examples = 0;
    for (const [channel, { messages }] of Object.entries(document.channels)) {
      for (const name of Object.keys(messages)) {
        for (const { headers, payload } of document.components.messages[name]?.examples ?? []) {
          expect({ name, ...topics.judge(channel, headers, payload) }).toEqual({ name, message: name, problems: [] });
          examples += 1;
        }
      }
    }
    expect(examples).toBe(Object.keys(document.components.messages).length);
  });

  it('names topics by the prefix that is configured, and no broker', async () => {
    const other = await startApi({ change: (options) => ({ ...options, topicPrefix: 'north.east' }) });
    const served = (await (await fetch(`${other.url}/asyncapi.json`)).json()) as AsyncApi;
    await other.stop();
    expect(Object.values(served.channels).map(({ address }) => address)).toEqual([
      'north.east.log.v1',
      'north.east.cases.v1',
      'north.east.depot.{depotId}.part-requests.v1',
      'north.east.depot.{depotId}.confirmations.v1',
      'north.east.depot.{depotId}.replies.v1',
    ]);
    expect(Object.values(served.servers).map(({ host, protocol }) => [host, protocol])).toEqual([
      ['{bootstrap}', 'kafka-secure'],
    ]);
  });
});
