import {
  CONFIRMATION_TYPES,
  parseInstant,
  type Confirmation,
  type ConfirmationOutcome,
  type ConfirmingDepot,
  type Expectation,
} from '@fieldcase/contracts';
import { caseOfPartRequest } from '@fieldcase/domain';
import { Rejection } from '@fieldcase/eventsourcing';
import type { CaseCommands } from './case-commands';
import { KeyReused } from './errors';
import type { CaseCommandInput, CommandOptions } from './handle-case';

const UNKNOWN = 'part-request.unknown';
const ROLES = ['depot-clerk'];
/** What the commands call otherwise. */
const FIELDS: Readonly<Record<string, string>> = { occurredAt: 'time' };

/** What a depot says becomes a command of its own, as over HTTP: for its own part requests, and once. */
export class DepotConfirmations {
  constructor(private readonly cases: Pick<CaseCommands, 'handle'>) {}

  /** @throws Busy, StoreUnavailable, and what nobody foresaw: nothing is decided then */
  async carryOut(depot: ConfirmingDepot, confirmation: Confirmation): Promise<ConfirmationOutcome> {
    const { partRequestId } = confirmation.data;
    const caseId = caseOfPartRequest(partRequestId);
    if (caseId === undefined) return { outcome: 'refused', code: UNKNOWN, params: { partRequestId } };
    try {
      const command = commandOf(confirmation, [depot.depotId]);
      const { position } = await this.cases.handle(caseId, command, optionsOf(depot, confirmation));
      return { outcome: 'accepted', ...(position === '0' ? {} : { position }) };
    } catch (error) {
      if (error instanceof KeyReused) return { outcome: 'id-reused' };
      if (error instanceof Rejection) return refused(error, partRequestId);
      throw error;
    }
  }
}

function commandOf({ type, data }: Confirmation, depots: readonly string[]): CaseCommandInput {
  switch (type) {
    case CONFIRMATION_TYPES.acknowledged:
      return { type: 'AcknowledgePartRequest', ...data, depots };
    case CONFIRMATION_TYPES.declined:
      return { type: 'DeclinePartRequest', ...data, depots };
    case CONFIRMATION_TYPES.shipped: {
      const { partRequestId, carrier, trackingNumber, serials } = data;
      return {
        type: 'ShipPart',
        partRequestId,
        depots,
        ...(carrier === undefined ? {} : { carrier }),
        ...(trackingNumber === undefined ? {} : { trackingNumber }),
        ...(serials === undefined ? {} : { serials }),
      };
    }
  }
}

function optionsOf({ user }: ConfirmingDepot, { source, id, type, time, data }: Confirmation): CommandOptions {
  const actor = `kafka:${user}`;
  const occurredAt = time === undefined ? undefined : parseInstant(time);
  return {
    actor,
    roles: ROLES,
    key: { sub: actor, key: JSON.stringify([source, id]), request: JSON.stringify([type, time, data]) },
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
}

/** Whether a case exists that has no such request is not a depot's to know. */
function refused({ code, kind, params, errors }: Rejection, partRequestId: string): ConfirmationOutcome {
  if (kind === 'absent') return { outcome: 'refused', code: UNKNOWN, params: { partRequestId } };
  const { earliest, latest } = params;
  // Named in data, so that both languages can say them.
  const bounds: Readonly<Record<string, Expectation>> | undefined =
    typeof earliest === 'string' && typeof latest === 'string'
      ? { occurredAt: ['between', earliest, latest] }
      : undefined;
  const fields = code === 'occurred-at.out-of-bounds' ? (bounds ?? errors) : errors;
  if (!fields) return { outcome: 'refused', code, params };
  const named = Object.entries<Expectation | string>(fields).map(([field, need]) => [
    FIELDS[field] ?? `data.${field}`,
    need,
  ]);
  return {
    outcome: 'refused',
    code,
    params,
    errors: Object.fromEntries(named) as Record<string, Expectation | string>,
  };
}
