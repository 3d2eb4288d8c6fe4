/**
 * Names in Kafka, all beneath one prefix (`KAFKA_PREFIX`). A depot's id may be any text; a topic's name may not, so what
 * Kafka does not take is written as `_` and the bytes of its UTF-8 in hexadecimal, ended by `_`. Two ids never meet.
 */
export type DepotTopic = 'part-requests' | 'confirmations' | 'replies';

const DEPOT_TOPICS: readonly DepotTopic[] = ['part-requests', 'confirmations', 'replies'];
/** Kafka's own limit for a topic. */
const LONGEST_NAME = 249;

/** Public events of cases, keyed by case. */
export const casesTopic = (prefix: string): string => `${prefix}.cases.v1`;

/** A depot reads `part-requests` and `replies`, and writes `confirmations`. Throws RangeError where the name is too long. */
export function depotTopic(prefix: string, depotId: string, topic: DepotTopic): string {
  const name = `${prefix}.depot.${segmentOf(depotId)}.${topic}.v1`;
  if (name.length <= LONGEST_NAME) return name;
  throw new RangeError(`the depot's id makes a topic of ${name.length} characters, Kafka takes ${LONGEST_NAME}`);
}

/** Whose topic a name is, and which; undefined for any other name. */
export function depotOfTopic(
  prefix: string,
  name: string,
): { readonly depotId: string; readonly topic: DepotTopic } | undefined {
  const begin = `${prefix}.depot.`;
  if (!name.startsWith(begin)) return undefined;
  const [segment = '', kind, version, ...rest] = name.slice(begin.length).split('.');
  const topic = DEPOT_TOPICS.find((one) => one === kind);
  const depotId = idOf(segment);
  if (!topic || version !== 'v1' || rest.length > 0 || depotId === undefined) return undefined;
  return segmentOf(depotId) === segment ? { depotId, topic } : undefined;
}

/** The depot's user in Kafka. */
export const depotUser = (prefix: string, depotId: string): string => `${prefix}.depot.${segmentOf(depotId)}`;

/** The one consumer group that the depot may use. */
export const depotGroup = (prefix: string, depotId: string): string => `${depotUser(prefix, depotId)}.client`;

function segmentOf(id: string): string {
  return id.replace(/[^A-Za-z0-9-]+/gu, (text) => {
    const bytes = [...new TextEncoder().encode(text)];
    return `_${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}_`;
  });
}

function idOf(segment: string): string | undefined {
  if (!/^(?:[A-Za-z0-9-]|_(?:[0-9a-f]{2})+_)+$/.test(segment)) return undefined;
  try {
    return segment.replace(/_([0-9a-f]+)_/g, (_, hex: string) => {
      const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    });
  } catch {
    return undefined;
  }
}
