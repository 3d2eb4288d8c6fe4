/** What a depot has to do for a case's part requests: a pure function of the case's fold. */
import { isUnshipped, returnsDue, type PartRequestState } from '@fieldcase/domain/parts';
import { techniciansOf, type CaseFold } from './case-fold';
import { statusOf } from './request-status';
import { utc } from './utc';

export type RequestTask = 'ship' | 'backorder' | 'return';

/** One row per thing that waits at a depot; none for what is on its way or over. */
export function requestRowsOf(caseId: string, fold: CaseFold) {
  return fold.requests.flatMap((request) => {
    const task = taskOf(request);
    if (task === null || request.depotId === null) return [];
    return [
      {
        case_id: caseId,
        part_request_id: request.partRequestId,
        depot_id: request.depotId,
        task,
        number: fold.number,
        region: fold.region,
        technicians: techniciansOf(fold),
        part_number: request.partNumber,
        quantity: task === 'return' ? returnsDue(request) : request.quantity,
        lines: request.lines,
        serialised: request.serialised,
        status: task === 'return' ? statusOf(fold.requests, request) : request.status,
        priority: fold.priority,
        technician_id: request.technicianId,
        promised_at: utc(request.promisedAt),
      },
    ];
  });
}

function taskOf(request: PartRequestState): RequestTask | null {
  if (request.status === 'backordered') return 'backorder';
  if (isUnshipped(request)) return request.status === 'requested' ? null : 'ship';
  return returnsDue(request) > 0 ? 'return' : null;
}
