/** The document at `/asyncapi.json`: our topics as whoever reads or writes them has to know them. */
import { VERSION } from '../../version';
import { casesTopic, depotGroup, type DepotTopic } from '../topics';
import {
  caseMessages,
  confirmationMessages,
  KAFKA_BINDING,
  logMessages,
  noticeMessage,
  replyMessage,
  schemas,
  type Message,
} from './messages';

const DESCRIPTION = `Event-sourced engine for after-sales service cases: its topics.

Everything is delivered at least once. Copies have the same \`position\` (and \`id\`, and to depots the same \`sequence\`): what is
not beyond the last one of its partition is dropped. Order holds within a partition, so for each key. No record has personal
data; who needs an address asks for it over HTTP, with rights of his own.`;

const SHARDS = 16;
type Json = Readonly<Record<string, unknown>>;
type Messages = Readonly<Record<string, Message>>;

interface Channel {
  readonly address: string;
  readonly title: string;
  readonly summary: string;
  readonly description: string;
  readonly messages: Messages;
  readonly partitions?: number;
}

const KEPT = { 'cleanup.policy': ['delete'], 'retention.ms': -1 };

const depotId = {
  description:
    'As the depot is registered; letters, digits and dashes as they are, anything else as `_`, the bytes of its UTF-8 in ' +
    'hexadecimal, and `_`',
  examples: ['depot-harbin', '_e7ab99_'],
};

/** @param prefix of all topics, `KAFKA_PREFIX` */
export function asyncApiDocument(prefix: string): Json {
  const channels = channelsOf(prefix);
  return {
    asyncapi: '3.1.0',
    id: 'urn:fieldcase:topics',
    info: {
      title: 'Fieldcase topics',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'UNLICENSED' },
      tags: [{ name: 'service cases' }, { name: 'spare parts' }],
    },
    defaultContentType: 'application/cloudevents+json',
    servers: servers(),
    channels: Object.fromEntries(Object.entries(channels).map(([name, channel]) => [name, channelJson(channel)])),
    operations: operationsOf(channels),
    components: {
      schemas,
      messages: Object.assign({}, ...Object.values(channels).map(({ messages }) => messages)) as Json,
      securitySchemes: { scram: { type: 'scramSha512', description: 'One user for each program, made by operators' } },
    },
  };
}

function servers(): Json {
  const security = [{ $ref: '#/components/securitySchemes/scram' }];
  const bootstrap = { default: 'localhost:9092', description: 'Any broker; operators say which' };
  return {
    cluster: {
      host: '{bootstrap}',
      protocol: 'kafka-secure',
      description: 'Over TLS. On one machine, as `npm run start:distributed` has it, the same without TLS',
      variables: { bootstrap },
      security,
    },
  };
}

function channelsOf(prefix: string): Readonly<Record<string, Channel>> {
  const ofDepot = (topic: DepotTopic): string => `${prefix}.depot.{depotId}.${topic}.v1`;
  const group = depotGroup(prefix, 'ID').replace('ID', '{depotId}');
  return {
    log: {
      address: `${prefix}.log.v1`,
      title: 'The log',
      summary: 'Every event, without personal members',
      description:
        'For read models of our own, in any database. Each record covers an interval: `position` <= what is applied: drop it; ' +
        '`from` > what is applied: something is missing, read the log itself; else apply it.',
      messages: logMessages,
      partitions: SHARDS,
    },
    cases: {
      address: casesTopic(prefix),
      title: 'Cases',
      summary: 'Chosen events of cases, for whoever may read them',
      description:
        'From the first case on. Other types may come: who does not know one passes over it. `from` beyond the last position ' +
        'that was read in the partition: something is missing.',
      messages: caseMessages,
      partitions: SHARDS,
    },
    partRequests: {
      address: ofDepot('part-requests'),
      title: 'Part requests of a depot',
      summary: 'What happens to the part requests of this depot: the items of its HTTP feed',
      description:
        `Read by the depot alone, as the group ${group}. The header \`sequence\` has no gaps; a depot may change over to the ` +
        'HTTP feed and back at any sequence.',
      messages: { partRequestNoticed: noticeMessage },
      partitions: 1,
    },
    confirmations: {
      address: ofDepot('confirmations'),
      title: 'Confirmations of a depot',
      summary: 'What the depot has done',
      description: 'Written by the depot alone: who it is says the topic, nothing in a record does.',
      messages: confirmationMessages,
    },
    replies: {
      address: ofDepot('replies'),
      title: 'Replies to a depot',
      summary: 'What became of each confirmation',
      description: `Read by the depot alone, as the group ${group}.`,
      messages: { confirmationAnswered: replyMessage(prefix) },
    },
  };
}

function channelJson({ partitions, messages, ...channel }: Channel): Json {
  return {
    ...channel,
    servers: [{ $ref: '#/servers/cluster' }],
    ...(channel.address.includes('{depotId}') ? { parameters: { depotId } } : {}),
    messages: Object.fromEntries(
      Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: {
      kafka: {
        ...(partitions === undefined ? {} : { partitions, topicConfiguration: KEPT }),
        bindingVersion: KAFKA_BINDING,
      },
    },
  };
}

/** As the application sees it: what it sends, others receive. */
function operationsOf(channels: Readonly<Record<string, Channel>>): Json {
  const messagesOf = (channel: string): readonly Json[] =>
    Object.keys(channels[channel]?.messages ?? {}).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const operation = (action: 'send' | 'receive', channel: string, summary: string, reply?: string): Json => ({
    action,
    title: summary,
    summary,
    description: channels[channel]?.description,
    channel: { $ref: `#/channels/${channel}` },
    messages: messagesOf(channel),
    ...(reply ? { reply: { channel: { $ref: `#/channels/${reply}` }, messages: messagesOf(reply) } } : {}),
  });
  return {
    publishLog: operation('send', 'log', 'The relay publishes the log'),
    publishCases: operation('send', 'cases', 'The relay publishes what is public of cases'),
    publishPartRequests: operation('send', 'partRequests', 'The relay tells a depot of its part requests'),
    takeConfirmation: operation('receive', 'confirmations', 'A depot’s confirmation becomes a command', 'replies'),
    answerConfirmation: operation('send', 'replies', 'What became of it is told to the depot'),
  };
}
