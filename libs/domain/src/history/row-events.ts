import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent, CaseType, MaterialLine, PauseReason, Priority, Resolution } from '../case/case.events';
import { advance, type CaseProgress, type OpenPause } from './case-progress';
import { RowProblem, type Cells, type HistoryReferences, type RowPlan } from './history-plan';
import { MOST_PARTS, MOST_PIECES, TEXT_LIMITS, tooLong, type LimitedText } from './limits';
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
  constructor(
    private readonly plan: RowPlan,
    private readonly references: HistoryReferences,
    /** Of a second file: its rows happen with those that they belong to, and neither end a pause nor reopen a case. */
    private readonly joined = false,
  ) {}

  of(row: RowInHand, progress: CaseProgress): readonly CaseEvent[] | 'ignored' {
    const rule = this.plan.ruleFor(row.cells);
    if (isIgnored(rule, progress)) return 'ignored';
    if (!progress.reported) return this.first(row, rule, progress);
    if (!rule) throw this.unmatched(row.cells);
    if (progress.ended) throw new RowProblem('the case was cancelled or merged in the log; nothing can follow');
    const lead = this.joined ? [] : leadOf(progress);
    const before = lead.reduce((state, event) => advance(state, event, row.at), progress);
    // It says itself what the row before it began and this one has ended.
    if (rule.event === 'resume' && endsAny(rule.reason, progress.pauses) && !endsAny(rule.reason, before.pauses)) {
      return lead;
    }
    return [...lead, ...this.ofRule(rule, row, before)];
  }

  /** A row that a rule leaves out, or the closing of a closed case. */
  ignores(cells: Cells, progress: CaseProgress): boolean {
    return isIgnored(this.plan.ruleFor(cells), progress);
  }

  /** Of a row that pauses. */
  pausesUntilNextRow(cells: Cells): boolean {
    const rule = this.plan.ruleFor(cells);
    return rule?.event === 'pause' && rule.until !== 'resume';
  }

  /** Of a pause whose row is not at hand. */
  mayEndAtNextRow(reason: PauseReason): boolean {
    return this.plan.mapping.rules.some(
      (rule) => rule.event === 'pause' && rule.reason === reason && rule.until !== 'resume',
    );
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

  private report(row: RowInHand): CaseEvent {
    const { fields, source } = this.plan.mapping;
    const read = (field: LimitedText & keyof typeof fields): string | undefined =>
      this.text(field, fields[field], row.cells);
    const kind = (field: 'caseType' | 'priority'): string | undefined => this.plan.read(fields[field], row.cells);
    const region = read('region');
    if (!region) throw new RowProblem('expected a region, found nothing', columnOf(fields.region));
    const caseType = oneOf<CaseType>(kind('caseType') ?? 'fault', CASE_TYPES, columnOf(fields.caseType));
    const priority = oneOf<Priority>(kind('priority') ?? 'normal', PRIORITIES, columnOf(fields.priority));
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
    const text = (name: LimitedText, source: FieldSource | undefined): string | undefined =>
      this.text(name, source, row.cells);
    switch (rule.event) {
      case 'ignore':
        return [];
      case 'note':
        return [
          { type: 'NoteAdded', data: { kind: rule.kind ?? 'note', ...given({ text: text('note', rule.text) }) } },
        ];
      case 'dispatch':
        if (progress.openVisit) throw new RowProblem('a visit of this case is still open at this time');
        return [this.dispatched(row, text('technician', rule.technician), true)];
      case 'arrival':
        return this.arrival(row, text('technician', rule.technician), progress);
      case 'diagnosis':
        return [this.diagnosis(rule.diagnosis, row.cells, visitOf(progress))];
      case 'completion':
        return this.completion(rule, row, progress);
      case 'materials':
        return [this.materials(rule.materials, row, progress)];
      case 'pause':
        if (endsAny(rule.reason, progress.pauses)) {
          throw new RowProblem(`the case is already paused: ${rule.reason}`);
        }
        return [
          { type: 'CasePaused', data: { reason: rule.reason, ...given({ note: text('pauseNote', rule.note) }) } },
        ];
      case 'resume':
        return [resumedBy(rule.reason, progress)];
      case 'informed': {
        const channel = text('informedChannel', rule.channel) ?? 'import';
        const result = text('informedResult', rule.result);
        return [{ type: 'CustomerInformed', data: { channel, ...given({ result }) } }];
      }
      case 'close':
        return [closing(progress, rule.resolution, text('closingNote', rule.note))];
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
    const reason = this.text('reasonNotFixed', rule.reason, row.cells);
    const before = progress.openVisit ? progress.materials : [];
    const materials = rule.materials ? withPart(before, this.material(rule.materials, row.cells)) : before;
    const completed: CaseEvent = {
      type: 'VisitCompleted',
      data: {
        visitId,
        fixed: rule.fixed ?? true,
        ...given({ reason }),
        materials,
        ...(progress.openVisit ? {} : { remote: true }),
      },
    };
    const code = rule.diagnosis && this.text('faultCode', rule.diagnosis.faultCode, row.cells);
    if (!rule.diagnosis || !code) return [completed];
    const diagnosis = this.diagnosis(rule.diagnosis, row.cells, visitId);
    // A remote visit exists only with its completion.
    return progress.openVisit ? [diagnosis, completed] : [completed, diagnosis];
  }

  /** Parts prove work: without any visit they make a remote one. */
  private materials(source: MaterialsSource, row: RowInHand, progress: CaseProgress): CaseEvent {
    const line = this.material(source, row.cells);
    const { latestVisit: visitId } = progress;
    if (visitId) return { type: 'MaterialsAmended', data: { visitId, materials: withPart(progress.materials, line) } };
    return { type: 'VisitCompleted', data: { visitId: row.visitId, fixed: true, materials: [line], remote: true } };
  }

  private diagnosis(source: DiagnosisSource, cells: Cells, visitId: string): CaseEvent {
    const faultCode = this.text('faultCode', source.faultCode, cells);
    if (!faultCode) throw new RowProblem('expected a fault code, found nothing', columnOf(source.faultCode));
    const rest = given({
      cause: this.text('cause', source.cause, cells),
      correction: this.text('correction', source.correction, cells),
    });
    return { type: 'DiagnosisRecorded', data: { visitId, faultCode, ...rest } };
  }

  private material(source: MaterialsSource, cells: Cells): MaterialLine {
    const partNumber = this.text('partNumber', source.partNumber, cells);
    if (!partNumber) throw new RowProblem('expected a part number, found nothing', columnOf(source.partNumber));
    const quantity = this.quantity(source.quantity, cells);
    const serial = given({ serial: this.text('partSerial', source.serial, cells) });
    return { partNumber, quantity, ...serial, source: this.text('partSource', source.source, cells) ?? 'van' };
  }

  private quantity(source: FieldSource, cells: Cells): number {
    const text = this.plan.read(source, cells) ?? '';
    const pieces = /^\d+(\.0+)?$/.test(text) ? Number(text) : 0;
    if (pieces < 1) throw new RowProblem('expected whole pieces, at least 1', columnOf(source), text);
    if (pieces > MOST_PIECES) {
      throw new RowProblem(
        `expected at most ${MOST_PIECES} pieces`,
        columnOf(source),
        tooLong(text, 20)?.value ?? text,
      );
    }
    return pieces;
  }

  private text(name: LimitedText, source: FieldSource | undefined, cells: Cells): string | undefined {
    const text = this.plan.read(source, cells);
    const problem = text === undefined ? undefined : tooLong(text, TEXT_LIMITS[name]);
    if (problem) throw new RowProblem(problem.reason, columnOf(source), problem.value);
    return text;
  }
}

function isIgnored(rule: RowRule | undefined, progress: CaseProgress): boolean {
  return rule?.event === 'ignore' || (rule?.event === 'close' && progress.closed && !progress.ended);
}

const leadOf = (progress: CaseProgress): CaseEvent[] =>
  progress.closed ? [{ type: 'CaseReopened', data: {} }] : resumedByRow(progress);

/** What a row ends by coming, whatever becomes of it: pauses that last until the case's next row. */
export function resumedByRow(progress: CaseProgress): CaseEvent[] {
  const reasons = progress.pauses.filter(({ untilNextRow }) => untilNextRow).map(({ reason }) => reason);
  return reasons.length > 0 ? [{ type: 'CaseResumed', data: { reasons } }] : [];
}

const endsAny = (reason: PauseReason | undefined, pauses: readonly OpenPause[]): boolean =>
  pauses.some((pause) => reason === undefined || pause.reason === reason);

function withPart(lines: readonly MaterialLine[], line: MaterialLine): readonly MaterialLine[] {
  if (lines.length >= MOST_PARTS) throw new RowProblem(`expected at most ${MOST_PARTS} parts of one visit`);
  return [...lines, line];
}

/** How a case ended where the file does not say: by its latest completed visit, else by whether anybody was there. */
export function closing(progress: CaseProgress, resolution?: Resolution, note?: string): CaseEvent {
  const { fixed, attended } = progress;
  const unfixed = fixed === false || attended ? 'not-repaired' : 'no-visit-needed';
  const byVisit = fixed ? 'repaired' : unfixed;
  return { type: 'CaseClosed', data: { resolution: resolution ?? byVisit, ...given({ note }) } };
}

function resumedBy(reason: PauseReason | undefined, progress: CaseProgress): CaseEvent {
  const reasons = progress.pauses.map((open) => open.reason).filter((open) => reason === undefined || open === reason);
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
