import { Rejection } from '@fieldcase/eventsourcing';
import {
  availableOf,
  CUSTOMER_SUPPLIED,
  ownersFor,
  planUse,
  serialStream,
  stockRefusal,
  stockStream,
  supplyChain,
  VAN,
  vanOf,
  type CaseState,
  type PartRequestState,
  type SerialState,
  type StockState,
  type VanUse,
} from '@fieldcase/domain';
import type { MaterialLine } from '@fieldcase/domain/events';
import type { AppendDraft } from './append-draft';
import type { ReferenceData } from './reference-data';

/** What commands about parts are decided on: the part's terms, the cards that may serve, the technician's van. */
export class PartResolver {
  constructor(private readonly reference: ReferenceData) {}

  async termsOf(partNumber: string): Promise<{ serialised: boolean; makerId?: string }> {
    const part = (await this.reference.current()).parts[partNumber];
    if (!part) {
      throw new Rejection(
        'part.unknown',
        'unacceptable',
        { partNumber },
        { partNumber: 'the number of a registered part' },
      );
    }
    return { serialised: part.serialised, ...(part.makerId === undefined ? {} : { makerId: part.makerId }) };
  }

  /** Every card that may serve, nearest first, as this append will find it. */
  async sourcesFor(state: CaseState, partRequestId: string, draft: AppendDraft) {
    const request = requestIn(state, partRequestId);
    const { depots, technicians, parts } = await this.reference.current();
    const visit = state.visits.findLast(({ technicianId }) => technicianId === request.technicianId);
    const home = visit ? technicians[visit.technicianId]?.homeDepot : undefined;
    const depotId = state.attributes.depotId ?? home;
    const owners = ownersFor(state.attributes.coverage, parts[request.partNumber]?.makerId);
    const chain = supplyChain(depots, { technicianId: request.technicianId, depotId });
    const sources = await Promise.all(
      chain.map(async (id) => {
        const card = await draft.read<StockState>(stockStream(id, request.partNumber));
        return {
          depotId: id,
          available: Object.fromEntries(owners.map((owner) => [owner, availableOf(card, owner)])),
        };
      }),
    );
    const last = chain.at(-1);
    return { sources, owners, ...(last === undefined ? {} : { backorderAt: last }) };
  }

  /** The depot that has the request now, if the caller speaks for it; to everyone else there is no such request. */
  depotOf(state: CaseState, partRequestId: string, depots: '*' | readonly string[]): string {
    const { depotId } = requestIn(state, partRequestId);
    if (depotId !== null && (depots === '*' || depots.includes(depotId))) return depotId;
    throw new Rejection('part-request.unknown', 'absent', { partRequestId });
  }

  /** Whose piece each serial of a shipment is, as the depot's card says; the card refuses what is not there. */
  async shippedLines(state: CaseState, partRequestId: string, serials: readonly string[], draft: AppendDraft) {
    const { depotId, partNumber, lines } = requestIn(state, partRequestId);
    if (depotId === null) return {};
    return { lines: withSerials(lines, serials, await draft.read<StockState>(stockStream(depotId, partNumber))) };
  }

  /** A part that has serial numbers is built in with its own, and with none that stands on another shelf. */
  async requireSerials(
    materials: readonly MaterialLine[],
    draft: AppendDraft,
    vanId: string | undefined,
  ): Promise<void> {
    const { parts } = await this.reference.current();
    for (const { partNumber, quantity, serial, source } of materials) {
      if (parts[partNumber]?.serialised !== true || source === CUSTOMER_SUPPLIED) continue;
      if (serial === undefined) {
        const needs = { materials: `${quantity} serial numbers, one per piece` };
        throw stockRefusal('stock.serials-required', { quantity }, needs);
      }
      if (source !== VAN) continue;
      const { depotId } = await draft.read<SerialState>(serialStream(partNumber, serial));
      if (depotId === null || depotId === vanId) continue;
      const needs = { materials: `${serial} is not in stock elsewhere` };
      throw stockRefusal('stock.serial-elsewhere', { serial }, needs);
    }
  }

  /** What a visit's lines from the van take from its cards. Nothing where the technician has no van. */
  async vanUse(
    state: CaseState,
    visitId: string,
    materials: readonly MaterialLine[],
    draft: AppendDraft,
  ): Promise<VanUse | undefined> {
    const { depots, parts } = await this.reference.current();
    const technicianId = state.visits.find((visit) => visit.visitId === visitId)?.technicianId;
    const van = technicianId === undefined ? undefined : vanOf(depots, technicianId);
    await this.requireSerials(materials, draft, van);
    // A part that nobody registered has no card.
    const lines = materials.filter(({ source, partNumber }) => source === VAN && parts[partNumber] !== undefined);
    if (lines.length === 0 || van === undefined) return undefined;
    const used = await Promise.all(
      [...byPart(lines)].map(async ([partNumber, { quantity, serials }]) => {
        const owners = ownersFor(state.attributes.coverage, parts[partNumber]?.makerId);
        const card = await draft.read<StockState>(stockStream(van, partNumber));
        const booked = state.bookings[visitId]?.used.find((former) => former.partNumber === partNumber)?.lines ?? [];
        const onHand = Object.fromEntries(
          owners.map((owner) => {
            const back = booked.find((line) => line.owner === owner)?.quantity ?? 0;
            return [owner, (card.owners[owner]?.onHand ?? 0) + back];
          }),
        );
        return { partNumber, lines: withSerials(planUse(quantity, owners, onHand), serials, card) };
      }),
    );
    return { depotId: van, lines: used };
  }
}

function requestIn(state: CaseState, partRequestId: string): PartRequestState {
  const request = state.parts.find((candidate) => candidate.partRequestId === partRequestId);
  if (!request) throw new Rejection('part-request.unknown', 'absent', { partRequestId });
  return request;
}

function byPart(lines: readonly MaterialLine[]): Map<string, { quantity: number; serials: string[] }> {
  const parts = new Map<string, { quantity: number; serials: string[] }>();
  for (const { partNumber, quantity, serial } of lines) {
    const sum = parts.get(partNumber) ?? { quantity: 0, serials: [] };
    parts.set(partNumber, {
      quantity: sum.quantity + quantity,
      serials: serial === undefined ? sum.serials : [...sum.serials, serial],
    });
  }
  return parts;
}

/** Each serial leaves with the owner on whose shelf it stands. */
function withSerials(lines: VanUse['lines'][number]['lines'], serials: readonly string[], card: StockState) {
  if (serials.length === 0) return lines;
  return lines.map((line) => {
    const own = serials.filter((serial) => card.owners[line.owner]?.serials.includes(serial));
    return own.length === 0 ? line : { ...line, serials: own };
  });
}
