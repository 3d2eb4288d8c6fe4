import type { PartRequestStatusView } from '@fieldcase/contracts';
import { onTheWay, type PartRequestState } from '@fieldcase/domain/parts';

/**
 * As people read it, with all that a request was split into. It is received when everything of it is: pieces that were
 * short are a child's business, and until that one is received too, the request is split.
 */
export function statusOf(requests: readonly PartRequestState[], request: PartRequestState): PartRequestStatusView {
  const children = requests.filter(({ parentId }) => parentId === request.partRequestId);
  const states = [...own(request), ...children.map((child) => statusOf(requests, child))];
  const [first] = states;
  // While its own pieces are on their way, or nobody has any, that is what counts.
  if (first !== undefined && (children.length === 0 || !ENDED.has(first)) && own(request).length > 0) return first;
  if (states.every((state) => state === 'cancelled')) return 'cancelled';
  return states.every((state) => state === 'received' || state === 'cancelled') ? 'received' : 'split';
}

const ENDED: ReadonlySet<PartRequestStatusView> = new Set<PartRequestStatusView>(['received', 'cancelled']);

/** Of its own pieces; nothing where it has none: all are its children's. */
function own(request: PartRequestState): readonly PartRequestStatusView[] {
  const { status, received } = request;
  if (status === 'split') return [];
  if (status !== 'shipped') return [status];
  if (onTheWay(request) > 0) return ['shipped'];
  return received > 0 ? ['received'] : [];
}
