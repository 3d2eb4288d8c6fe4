/** Every way in which a case, a visit or a technician's week says no. Stable codes; texts and HTTP docs key on them. */
import { Rejection, type RejectionKind } from '@fieldcase/eventsourcing';

export const caseRefusals = {
  /** No such case, or not the caller's to see. */
  'case.unknown': 'absent',
  'case.already-reported': 'conflict',
  'case.already-closed': 'conflict',
  /** ReopenCase of an open case. */
  'case.not-closed': 'conflict',
  'case.cancelled': 'conflict',
  'case.merged': 'conflict',
  'case.visit-open': 'conflict',
  /** An enquiry has no visits: triage it to another type first. */
  'case.enquiry-without-visit': 'conflict',
  'case.customer-not-informed': 'conflict',
  'case.already-paused': 'conflict',
  'case.not-paused': 'conflict',
  /** `errors` and `params.unmet` name each need that is not met. */
  'case.closing-needs-unmet': 'conflict',
  /** Everything else is met, but the resolution is a supervisor's. */
  'case.closing-needs-supervisor': 'forbidden',
  /** Too long since the last closing: report a new case with `followUpOf`. */
  'case.reopen-window-over': 'conflict',
  'case.nothing-changed': 'unacceptable',
  'case.no-completed-visit': 'conflict',
  'case.materials-changed': 'conflict',
  'case.merge-into-itself': 'unacceptable',
  'case.merge-target-unknown': 'unacceptable',
  'case.merge-into-older': 'unacceptable',
  /** The survivor is itself merged or cancelled. */
  'case.merge-into-final': 'conflict',
  'case.not-your-visit': 'forbidden',
  /** Thrown where references are resolved, before the decider. */
  'case.follow-up-unknown': 'unacceptable',
  'technician.unknown': 'unacceptable',
  'technician.inactive': 'conflict',
  'occurred-at.out-of-order': 'unacceptable',
  /** `to` is not after `from`. */
  'window.empty': 'malformed',
  /** A field that another field's value makes necessary. */
  'field.required': 'malformed',
  'customer-time.past': 'unacceptable',
  'customer-time.none-standing': 'conflict',
  'pause.until-past': 'unacceptable',
  'visit.unknown': 'absent',
  'visit.not-yours': 'forbidden',
  'visit.not-open': 'conflict',
  'visit.already-accepted': 'conflict',
  'visit.already-travelling': 'conflict',
  'visit.already-arrived': 'conflict',
  'visit.not-arrived': 'conflict',
  'visit.not-completed': 'conflict',
  /** Completed before the latest reopening: its materials were closed with the case. */
  'visit.materials-final': 'conflict',
  'appointment.reason-required': 'unacceptable',
  'appointment.past': 'unacceptable',
  'appointment.too-long': 'unacceptable',
  'appointment.override-not-allowed': 'forbidden',
  'technician.double-booked': 'conflict',
  /** No such request, or not the caller's to see. */
  'part-request.unknown': 'absent',
  'part-request.needed-by-past': 'unacceptable',
  'part-request.open': 'conflict',
  'part-request.backordered': 'conflict',
  'part-request.already-acknowledged': 'conflict',
  'part-request.already-shipped': 'conflict',
  'part-request.not-shipped': 'conflict',
  'part-request.cancelled': 'conflict',
  'part-request.more-than-shipped': 'conflict',
  'part-request.more-than-received': 'conflict',
  'part-request.more-than-returned': 'conflict',
  'part-request.serial-not-shipped': 'conflict',
  /** The command must name one of the requests that it was split into. */
  'part-request.split': 'conflict',
  /** A material line names a request of another part. */
  'part-request.other-part': 'unacceptable',
  'part-request.unknown-source': 'unacceptable',
  'materials.serial-quantity': 'unacceptable',
  'part.unknown': 'unacceptable',
  'exemption.unknown': 'absent',
  'exemption.unknown-target': 'unacceptable',
  'exemption.already-pending': 'conflict',
  'exemption.already-approved': 'conflict',
  'exemption.already-decided': 'conflict',
  /** The clock was met, replaced, cancelled or voided: there is nothing to exempt. */
  'exemption.clock-ended': 'conflict',
  'exemption.too-late': 'conflict',
  'exemption.own-request': 'forbidden',
  'voiding.unknown': 'absent',
  'voiding.own-fact': 'forbidden',
} as const satisfies Record<string, RejectionKind>;

export type CaseRefusal = keyof typeof caseRefusals;

export function refusal(
  code: CaseRefusal,
  params: Readonly<Record<string, unknown>> = {},
  errors?: Readonly<Record<string, string>>,
): Rejection {
  return new Rejection(code, caseRefusals[code], params, errors);
}
