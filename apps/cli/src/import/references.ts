import type { Fact } from '@fieldcase/eventsourcing';
import {
  choosePolicy,
  foldReferences,
  initialReference,
  type HistoryReferences,
  type ReferenceState,
} from '@fieldcase/domain';
import { referenceEventTypes, type ReferenceEvent } from '@fieldcase/domain/events';
import type { PostgresReferenceLog } from '@fieldcase/postgres';

/** Technicians, depots and policies as the log has them now. */
export async function readReferences(log: PostgresReferenceLog): Promise<ReferenceState> {
  const events = await log.readTypes(referenceEventTypes, 0n);
  return foldReferences(initialReference, events as unknown as readonly Fact<ReferenceEvent>[]);
}

/** What imported rows are judged by; without published policies the built-in ones. */
export function historyReferences(state: ReferenceState): HistoryReferences {
  return {
    policyFor: (attributes, reportedAt) => choosePolicy(state.policies, attributes, reportedAt),
    depotFor: (region, county) => state.depotFor(region, county),
    homeDepotOf: (technicianId) => state.technicians[technicianId]?.homeDepot,
  };
}
