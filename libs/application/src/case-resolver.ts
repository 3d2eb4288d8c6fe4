import { Rejection, type CommandContext, type EventStore } from '@fieldcase/eventsourcing';
import { caseStream, choosePolicy, type CaseCommand } from '@fieldcase/domain';
import type { AppendDraft } from './append-draft';
import type { LoadedCase } from './case-states';
import type { CaseCommandInput } from './handle-case';
import { PartResolver } from './part-resolver';
import type { ReferenceData } from './reference-data';

/** Ids that the handler makes before the first attempt, so that every attempt of one command uses the same. */
export interface MadeIds {
  readonly caseId: string;
  readonly number?: string;
  readonly visitId?: string;
  readonly exemptionId?: string;
}

/**
 * Fills in what a command is judged by: the policy's targets, the depot of the county or region, the technician's
 * home depot. The events store it, so no later change of reference data changes the past.
 */
export class CaseResolver {
  private readonly parts: PartResolver;

  constructor(
    private readonly store: EventStore,
    private readonly reference: ReferenceData,
    private readonly reopenWindowMs: number,
  ) {
    this.parts = new PartResolver(reference);
  }

  async resolve(
    input: CaseCommandInput,
    made: MadeIds,
    { state }: LoadedCase,
    { occurredAt }: CommandContext,
    draft: AppendDraft,
  ): Promise<CaseCommand> {
    switch (input.type) {
      case 'ReportFault': {
        const reference = await this.reference.current();
        if (input.followUpOf !== undefined) await this.mustExist(input.followUpOf);
        const attributes = { ...input, caseType: input.caseType ?? 'fault', priority: input.priority ?? 'normal' };
        const depotId = reference.depotFor(input.region, input.county);
        return {
          ...input,
          caseId: made.caseId,
          number: made.number ?? '',
          sla: choosePolicy(reference.policies, attributes, occurredAt),
          ...(depotId === undefined ? {} : { depotId }),
        };
      }
      case 'TriageCase': {
        const { policies } = await this.reference.current();
        const attributes = {
          ...state.attributes,
          priority: input.priority,
          caseType: input.caseType ?? state.attributes.caseType,
        };
        return { ...input, sla: choosePolicy(policies, attributes, state.reportedAt) };
      }
      case 'CorrectDetails':
        if (input.changes.followUpOf !== undefined) await this.mustExist(input.changes.followUpOf);
        return { ...input, changes: await this.withDepot(input.changes, state.attributes) };
      case 'DispatchTechnician': {
        const technician = (await this.reference.current()).technicians[input.technicianId];
        if (!technician)
          throw new Rejection('technician.unknown', 'unacceptable', { technicianId: input.technicianId });
        if (!technician.active)
          throw new Rejection('technician.inactive', 'conflict', { technicianId: input.technicianId });
        return { ...input, visitId: made.visitId ?? '', homeDepot: technician.homeDepot };
      }
      case 'RequestExemption':
        return { ...input, exemptionId: made.exemptionId ?? '' };
      case 'ReopenCase':
        return { ...input, windowMs: this.reopenWindowMs };
      default:
        return this.resolvePart(input, state, draft);
    }
  }

  private async resolvePart(
    input: Exclude<
      CaseCommandInput,
      {
        type:
          'ReportFault' | 'TriageCase' | 'CorrectDetails' | 'DispatchTechnician' | 'RequestExemption' | 'ReopenCase';
      }
    >,
    state: LoadedCase['state'],
    draft: AppendDraft,
  ): Promise<CaseCommand> {
    switch (input.type) {
      case 'RequestPart':
        return { ...input, ...(await this.parts.termsOf(input.partNumber)) };
      case 'SourcePart':
        return { ...input, ...(await this.parts.sourcesFor(state, input.partRequestId, draft)) };
      case 'AcknowledgePartRequest':
      case 'DeclinePartRequest':
      case 'ReceiveReturn':
        return { ...input, depotId: this.parts.depotOf(state, input.partRequestId, input.depots) };
      case 'ShipPart': {
        const { partRequestId, depots, serials } = input;
        const depotId = this.parts.depotOf(state, partRequestId, depots);
        const lines = serials ? await this.parts.shippedLines(state, partRequestId, serials, draft) : {};
        return { ...input, depotId, ...lines };
      }
      case 'CompleteVisit':
      case 'AmendMaterials': {
        const van = await this.parts.vanUse(state, input.visitId, input.materials, draft);
        return van === undefined ? input : { ...input, van };
      }
      default:
        return input;
    }
  }

  private async mustExist(caseId: string): Promise<void> {
    const stream = caseStream(caseId);
    if (((await this.store.readStreams([stream])).get(stream) ?? []).length > 0) return;
    throw new Rejection('case.follow-up-unknown', 'unacceptable', {}, { followUpOf: 'the id of a case that exists' });
  }

  private async withDepot<T extends { region?: string; county?: string }>(
    changes: T,
    attributes: { readonly region: string; readonly county?: string },
  ): Promise<T & { depotId?: string | null }> {
    if (changes.region === undefined && changes.county === undefined) return changes;
    const { depotFor } = await this.reference.current();
    const depotId = depotFor(changes.region ?? attributes.region, changes.county ?? attributes.county);
    return { ...changes, depotId: depotId ?? null };
  }
}
