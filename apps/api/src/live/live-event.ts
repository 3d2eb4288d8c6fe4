import type { casePersonalFields } from '@fieldcase/domain/events';
import { categoryOf, restOf, rootOf, type RecordedEvent } from '@fieldcase/eventsourcing';

/** What a live board learns: that something moved, never what is in it. It asks again with its own rights. */
export interface LiveEvent {
  /** Position: the id to resume after. */
  readonly position: bigint;
  readonly kind: 'case' | 'clock' | 'part-request' | 'stock';
  /** Of what moved: the case, the clock, the part request; of stock `<depotId>:<partNumber>`. */
  readonly id: string;
  /** Absent for stock. */
  readonly caseId?: string;
  /** Of a card, and of a part request that a depot has been told of. */
  readonly depotId?: string;
  /** Of the stream that moved. */
  readonly version: number;
  readonly type: string;
  /** The visit that it took from its technician; not told. */
  readonly endedVisit?: string;
}

/** After these a technician may have lost sight of the case. */
const ENDS_VISIT: readonly string[] = [
  'DispatchDeclined',
  'DispatchWithdrawn',
  'VisitHandedOver',
] satisfies (keyof typeof casePersonalFields)[];

const KINDS = {
  case: 'case',
  clocks: 'clock',
  parts: 'part-request',
  stock: 'stock',
  depotfeed: 'part-request',
} as const;

/** Undefined for what no live board shows. A depot learns of its requests by its feed, everybody else by the case. */
export function liveEventOf(event: RecordedEvent): LiveEvent | undefined {
  const category = categoryOf(event.streamId);
  if (!Object.hasOwn(KINDS, category)) return undefined;
  const { clockId, visitId, partRequestId } = event.data as Readonly<Record<string, unknown>>;
  const root = rootOf(event.streamId);
  const common = { position: event.position, version: event.version, type: event.type };
  switch (category) {
    case 'stock':
      return { ...common, kind: 'stock', id: [root, ...restOf(event.streamId)].join(':'), depotId: root };
    case 'depotfeed':
      return { ...common, kind: 'part-request', id: textOr(partRequestId, root), depotId: root };
    case 'parts':
      return { ...common, kind: 'part-request', id: textOr(partRequestId, root), caseId: root };
    case 'clocks':
      return { ...common, kind: 'clock', id: textOr(clockId, root), caseId: root };
    default: {
      const ended = ENDS_VISIT.includes(event.type) && typeof visitId === 'string' ? { endedVisit: visitId } : {};
      return { ...common, kind: 'case', id: root, caseId: root, ...ended };
    }
  }
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** One server-sent event. */
export function frameOf({ position, kind, id, caseId, depotId, version, type }: LiveEvent): string {
  const data = {
    id,
    ...(caseId === undefined ? {} : { caseId }),
    ...(depotId === undefined ? {} : { depotId }),
    version,
    type,
  };
  return `id: ${position}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
