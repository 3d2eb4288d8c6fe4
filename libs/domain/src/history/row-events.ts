import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent, CaseType, MaterialLine, PauseReason, Priority, Resolution } from '../case/case.events';
import { advance, type CaseProgress } from './case-progress';
import { RowProblem, type Cells, type HistoryPlan, type HistoryReferences } from './history-plan';
import type { DiagnosisSource, FieldSource, MaterialsSource, RowRule } from './mapping.types';

/** One row in the order of time, and what it needs from outside. */
export interface RowInHand {
  readonly at: Instant;
  readonly cells: Cells;
  readonly caseId: string;
  readonly caseKey: string;
  readonly number: string;
  /** Id for a visit that begins with this row. */
  readonly visitId: string;
}

const PRIORITIES: readonly string[] = ['normal', 'urgent', 'season'] satisfies Priority[];
const CASE_TYPES: readonly string[] = ['fault', 'enquiry', 'complaint', 'maintenance', 'upgrade'] satisfies CaseType[];
const REMOTE_TECHNICIAN = 'unknown';

/**
 * The facts of one row, in order; `ignored` for rows that a rule leaves out and for the closing of a closed case.
 * Throws RowProblem.
 */
export class RowEvents {
  private readonly untilNextRow: readonly PauseReason[];

  constructor(
    private readonly plan: HistoryPlan,
    private readonly references: HistoryReferences,
  ) {
    this.untilNextRow = plan.mapping.rules
      .filter((rule) => rule.event === 'pause' && rule.until !== 'resume')
      .map((rule) => (rule as { reason: PauseReason }).reason);
  }

  of(row: RowInHand, progress: CaseProgress): readonly CaseEvent[] | 'ignored' {
    const rule = this.plan.ruleFor(row.cells);
    if (rule?.event === 'ignore') return 'ignored';
    if (!progress.reported) return this.first(row, rule, progress);
    if (!rule) throw this.unmatched(row.cells);
    if (progress.ended) throw new RowProblem('the case was cancelled or merged in the log; nothing can follow');
    if (progress.closed && rule.event === 'close') return 'ignored';
    const lead: CaseEvent[] = progress.closed ? [{ type: 'CaseReopened', data: {} }] : this.resumed(progress);
    const before = lead.reduce((state, event) => advance(state, event, row.at), progress);
    return [...lead, ...this.ofRule(rule, row, before)];
  }

  /** The first row reports the case; a note adds nothing to that, any other rule happens at the same moment. */
  private first(row: RowInHand, rule: RowRule | undefined, progress: CaseProgress): readonly CaseEvent[] {
    const report = this.report(row);
    if (!rule || rule.event === 'note') return [report];
    return [report, ...this.ofRule(rule, row, advance(progress, report, row.at))];
  }

  private unmatched(cells: Cells): RowProblem {
    const column = this.plan.ruleColumn;
    return new RowProblem('no rule of the mapping matches this row', column, this.plan.cell(column, cells));
  }

  /** Pauses that last until the case's next row end with this one. */
  private resumed(progress: CaseProgress): CaseEvent[] {
    const reasons = progress.pauses.filter((reason) => this.untilNextRow.includes(reason));
    return reasons.length > 0 ? [{ type: 'CaseResumed', data: { reasons } }] : [];
  }

  private report(row: RowInHand): CaseEvent {
    const { fields, source } = this.plan.mapping;
    const read = (field: keyof typeof fields): string | undefined => this.plan.read(fields[field], row.cells);
    const region = read('region');
    if (!region) throw new RowProblem('expected a region, found nothing', columnOf(fields.region));
    const caseType = oneOf<CaseType>(read('caseType') ?? 'fault', CASE_TYPES, columnOf(fields.caseType));
    const priority = oneOf<Priority>(read('priority') ?? 'normal', PRIORITIES, columnOf(fields.priority));
    const [county, product, name, phone] = [read('county'), read('product'), read('contactName'), read('contactPhone')];
    const attributes = { region, caseType, priority, ...given({ county, product }) };
    const rest = given({
      siteName: read('siteName'),
      contact: name || phone ? { name: name ?? '', phone: phone ?? '' } : undefined,
      address: read('address'),
      faultDescription: read('faultDescription'),
      firstContact: read('firstContact'),
      specialDemands: read('specialDemands'),
      assetSerial: read('assetSerial'),
      channel: read('channel'),
      depotId: this.references.depotFor(region, county),
    });
    const sla = this.references.policyFor(attributes, row.at);
    const { caseId, number, caseKey: sourceKey } = row;
    return { type: 'FaultReported', data: { caseId, number, ...attributes, ...rest, sla, source, sourceKey } };
  }

  private ofRule(rule: RowRule, row: RowInHand, progress: CaseProgress): readonly CaseEvent[] {
    const read = (source: FieldSource | undefined): string | undefined => this.plan.read(source, row.cells);
    switch (rule.event) {
      case 'ignore':
        return [];
      case 'note':
        return [{ type: 'NoteAdded', data: { kind: rule.kind ?? 'note', ...given({ text: read(rule.text) }) } }];
      case 'dispatch':
        if (progress.openVisit) throw new RowProblem('a visit of this case is still open at this time');
        return [this.dispatched(row, read(rule.technician), true)];
      case 'arrival':
        return this.arrival(row, read(rule.technician), progress);
      case 'diagnosis':
        return [this.diagnosis(rule.diagnosis, row.cells, visitOf(progress))];
      case 'completion':
        return this.completion(rule, row, progress);
      case 'materials':
        return [this.materials(rule.materials, row, progress)];
      case 'pause':
        if (progress.pauses.includes(rule.reason)) throw new RowProblem(`the case is already paused: ${rule.reason}`);
        return [{ type: 'CasePaused', data: { reason: rule.reason, ...given({ note: read(rule.note) }) } }];
      case 'resume':
        return [resumedBy(rule.reason, progress)];
      case 'informed': {
        const data = { channel: rule.channel ?? 'import', ...given({ result: read(rule.result) }) };
        return [{ type: 'CustomerInformed', data }];
      }
      case 'close':
        return [closing(progress, rule.resolution, read(rule.note))];
    }
  }

  private dispatched(row: RowInHand, technician: string | undefined, notice: boolean): CaseEvent {
    const technicianId = technician || REMOTE_TECHNICIAN;
    const homeDepot = this.references.homeDepotOf(technicianId);
    return {
      type: 'TechnicianDispatched',
      data: { visitId: row.visitId, technicianId, notice, ...given({ homeDepot }) },
    };
  }

  private arrival(row: RowInHand, technician: string | undefined, progress: CaseProgress): CaseEvent[] {
    const visitId = progress.openVisit;
    if (!visitId) {
      return [this.dispatched(row, technician, false), { type: 'TechnicianArrived', data: { visitId: row.visitId } }];
    }
    if (!progress.arrived) return [{ type: 'TechnicianArrived', data: { visitId } }];
    return [{ type: 'VisitHandedOver', data: { visitId, technicianId: technician || REMOTE_TECHNICIAN } }];
  }

  private completion(rule: RowRule & { event: 'completion' }, row: RowInHand, progress: CaseProgress): CaseEvent[] {
    const visitId = progress.openVisit ?? row.visitId;
    const reason = this.plan.read(rule.reason, row.cells);
    const materials = rule.materials ? [this.material(rule.materials, row.cells)] : [];
    const completed: CaseEvent = {
      type: 'VisitCompleted',
      data: {
        visitId,
        fixed: rule.fixed ?? true,
        ...given({ reason }),
        materials: [...(progress.openVisit ? progress.materials : []), ...materials],
        ...(progress.openVisit ? {} : { remote: true }),
      },
    };
    const code = rule.diagnosis && this.plan.read(rule.diagnosis.faultCode, row.cells);
    if (!rule.diagnosis || !code) return [completed];
    const diagnosis = this.diagnosis(rule.diagnosis, row.cells, visitId);
    // A remote visit exists only with its completion.
    return progress.openVisit ? [diagnosis, completed] : [completed, diagnosis];
  }

  /** Parts prove work: without any visit they make a remote one. */
  private materials(source: MaterialsSource, row: RowInHand, progress: CaseProgress): CaseEvent {
    const line = this.material(source, row.cells);
    const { latestVisit: visitId } = progress;
    if (visitId) return { type: 'MaterialsAmended', data: { visitId, materials: [...progress.materials, line] } };
    return { type: 'VisitCompleted', data: { visitId: row.visitId, fixed: true, materials: [line], remote: true } };
  }

  private diagnosis(source: DiagnosisSource, cells: Cells, visitId: string): CaseEvent {
    const faultCode = this.plan.read(source.faultCode, cells);
    if (!faultCode) throw new RowProblem('expected a fault code, found nothing', columnOf(source.faultCode));
    const rest = given({
      cause: this.plan.read(source.cause, cells),
      correction: this.plan.read(source.correction, cells),
    });
    return { type: 'DiagnosisRecorded', data: { visitId, faultCode, ...rest } };
  }

  private material(source: MaterialsSource, cells: Cells): MaterialLine {
    const partNumber = this.plan.read(source.partNumber, cells);
    if (!partNumber) throw new RowProblem('expected a part number, found nothing', columnOf(source.partNumber));
    const text = this.plan.read(source.quantity, cells) ?? '';
    const quantity = /^\d+(\.0+)?$/.test(text) ? Number(text) : 0;
    if (quantity < 1) throw new RowProblem('expected whole pieces, at least 1', columnOf(source.quantity), text);
    const serial = given({ serial: this.plan.read(source.serial, cells) });
    return { partNumber, quantity, ...serial, source: this.plan.read(source.source, cells) ?? 'van' };
  }
}

/** How a case ended where the file does not say: by its latest completed visit. */
export function closing(progress: CaseProgress, resolution?: Resolution, note?: string): CaseEvent {
  const byVisit = progress.fixed === undefined ? 'no-visit-needed' : progress.fixed ? 'repaired' : 'not-repaired';
  return { type: 'CaseClosed', data: { resolution: resolution ?? byVisit, ...given({ note }) } };
}

function resumedBy(reason: PauseReason | undefined, progress: CaseProgress): CaseEvent {
  const reasons = progress.pauses.filter((open) => reason === undefined || open === reason);
  if (reasons.length === 0) throw new RowProblem('the case is not paused at this time');
  return { type: 'CaseResumed', data: { reasons } };
}

function visitOf(progress: CaseProgress): string {
  if (!progress.latestVisit) throw new RowProblem('the case has no visit yet that this row could belong to');
  return progress.latestVisit;
}

function oneOf<T extends string>(text: string, allowed: readonly string[], column: string): T {
  if (!allowed.includes(text)) throw new RowProblem(`expected one of ${allowed.join(', ')}`, column, text);
  return text as T;
}

const columnOf = (source: FieldSource | undefined): string => (typeof source === 'object' ? source.column : '');

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
/** Without the keys that have no value. */
function given<T extends object>(values: T): Present<T> {
  const present: Record<string, unknown> = {};
  for (const name in values) if (values[name] !== undefined) present[name] = values[name];
  return present as Present<T>;
}
