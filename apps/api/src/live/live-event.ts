import type { casePersonalFields } from '@fieldcase/domain/events';
import { categoryOf, rootOf, type RecordedEvent } from '@fieldcase/eventsourcing';

/** What a live board learns: that something moved, never what is in it. It asks again with its own rights. */
export interface LiveEvent {
  /** Position: the id to resume after. */
  readonly position: bigint;
  readonly kind: 'case' | 'clock';
  readonly caseId: string;
  /** Of the case's stream, or of its clocks'. */
  readonly version: number;
  readonly type: string;
  readonly clockId?: string;
  /** The visit that it took from its technician; not told. */
  readonly endedVisit?: string;
}

/** After these a technician may have lost sight of the case. */
const ENDS_VISIT: readonly string[] = [
  'DispatchDeclined',
  'DispatchWithdrawn',
  'VisitHandedOver',
] satisfies (keyof typeof casePersonalFields)[];

/** Undefined for what no live board shows. */
export function liveEventOf(event: RecordedEvent): LiveEvent | undefined {
  const category = categoryOf(event.streamId);
  if (category !== 'case' && category !== 'clocks') return undefined;
  const { clockId, visitId } = event.data as { clockId?: unknown; visitId?: unknown };
  return {
    position: event.position,
    kind: category === 'case' ? 'case' : 'clock',
    caseId: rootOf(event.streamId),
    version: event.version,
    type: event.type,
    ...(category === 'clocks' && typeof clockId === 'string' ? { clockId } : {}),
    ...(ENDS_VISIT.includes(event.type) && typeof visitId === 'string' ? { endedVisit: visitId } : {}),
  };
}

/** One server-sent event. */
export function frameOf({ position, kind, caseId, version, type, clockId }: LiveEvent): string {
  const data = { id: clockId ?? caseId, caseId, version, type };
  return `id: ${position}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
