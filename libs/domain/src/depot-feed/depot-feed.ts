import { streamId, type Decider } from '@fieldcase/eventsourcing';
import type { DepotFeedEvent, PartRequestNoticed } from './depot-feed.events';

export type NoticePartRequest = { readonly type: 'NoticePartRequest' } & PartRequestNoticed['data'];

export function depotFeedStream(depotId: string): string {
  return streamId('depotfeed', depotId);
}

/** Says what it is told: it needs no state, so its stream is appended to blindly. */
export const depotFeedDecider: Decider<NoticePartRequest, DepotFeedEvent, null> = {
  initialState: null,
  decide(command) {
    const { type: _, ...data } = command;
    return [{ type: 'PartRequestNoticed', data }];
  },
  evolve: (state) => state,
};
