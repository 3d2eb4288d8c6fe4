/** What a visit's materials take from the technician's van and from what he received: booked in the same append. */
import type { CommandContext } from '@fieldcase/eventsourcing';
import type { VanUse } from './case.commands';
import type { CaseEvent, MaterialLine, MaterialsBooking } from './case.events';
import { refusal } from './case.refusals';
import type { CaseState } from './case.state';
import { consumption } from './decide-received';
import { withParts } from './part-request';

export const VAN = 'van';
export const CUSTOMER_SUPPLIED = 'customer-supplied';

/** Booked anew, what an earlier list of this visit took being given back first. */
export function rebookMaterials(
  visitId: string,
  materials: readonly MaterialLine[],
  van: VanUse | undefined,
  state: CaseState,
  context: CommandContext,
): readonly CaseEvent[] {
  const former = state.bookings[visitId];
  const given = former ? givenBack(state, former) : state;
  const booking = bookingOf(visitId, materials, van, given, context);
  if (JSON.stringify(former) === JSON.stringify(booking)) return [];
  const events: CaseEvent[] = [];
  if (former) events.push({ type: 'MaterialsBookingReversed', data: former });
  if (booking) events.push({ type: 'MaterialsBooked', data: booking });
  return events;
}

function bookingOf(
  visitId: string,
  materials: readonly MaterialLine[],
  van: VanUse | undefined,
  state: CaseState,
  context: CommandContext,
): MaterialsBooking | undefined {
  for (const line of materials) requireLine(line, state);
  requireShippedSerials(visitId, materials, state);
  const fromRequests = materials.filter(({ source }) => source !== VAN && source !== CUSTOMER_SUPPLIED);
  const consumed = quantities(fromRequests).flatMap(([source, quantity]) =>
    consumption(state, source, quantity, context).map((share) => ({
      partRequestId: share.request.partRequestId,
      quantity: share.quantity,
    })),
  );
  const used = van ? van.lines.map((line) => ({ depotId: van.depotId, ...line })) : [];
  return consumed.length + used.length === 0 ? undefined : { visitId, used, consumed };
}

function requireLine({ source, partNumber, serial, quantity }: MaterialLine, state: CaseState): void {
  if (serial !== undefined && quantity !== 1) {
    throw refusal('materials.serial-quantity', { serial }, { materials: 'quantity 1 on a line with a serial' });
  }
  if (source === VAN || source === CUSTOMER_SUPPLIED) return;
  const [request] = withParts(state.parts, source);
  if (request === undefined) {
    const expected = `van, ${CUSTOMER_SUPPLIED}, or the id of a part request of this case`;
    throw refusal('part-request.unknown-source', { source }, { materials: expected });
  }
  if (request.partNumber === partNumber) return;
  const params = { partRequestId: source, partNumber: request.partNumber };
  throw refusal('part-request.other-part', params, { materials: `${request.partNumber} from this request` });
}

/** A serial is that of a piece which came with its request, and is built in once. */
function requireShippedSerials(visitId: string, materials: readonly MaterialLine[], state: CaseState): void {
  const elsewhere = state.visits.filter((visit) => visit.visitId !== visitId).flatMap((visit) => visit.materials);
  const used = new Set(elsewhere.map(({ serial }) => serial));
  for (const { source, serial } of materials) {
    if (serial === undefined) continue;
    const requests = withParts(state.parts, source);
    const shipped = requests.length === 0 || requests.some(({ serials }) => serials.includes(serial));
    if (!shipped || used.has(serial)) {
      const params = { partRequestId: source, serial };
      throw refusal('part-request.serial-not-shipped', params, { materials: 'serial numbers that were shipped' });
    }
    used.add(serial);
  }
}

/** Several lines of one source are one quantity. */
function quantities(lines: readonly MaterialLine[]): readonly (readonly [source: string, quantity: number])[] {
  const sums = new Map<string, number>();
  for (const { source, quantity } of lines) sums.set(source, (sums.get(source) ?? 0) + quantity);
  return [...sums];
}

/** The state as it would be had this booking not been made. */
function givenBack(state: CaseState, { consumed }: MaterialsBooking): CaseState {
  const parts = state.parts.map((request) => {
    const booked = consumed.filter((part) => part.partRequestId === request.partRequestId);
    return { ...request, consumed: request.consumed - booked.reduce((sum, part) => sum + part.quantity, 0) };
  });
  return { ...state, parts };
}
