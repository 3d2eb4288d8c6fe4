import type { NewEvent, RecordedEvent } from '@fieldcase/eventsourcing';
import { choosePolicy } from '../sla';
import { CaseHistory } from './case-history';
import type { HistoryRow, RejectedRow, RowOutcome } from './history-row';
import { columnsOf, historyPlan, type HistoryReferences } from './history-plan';
import type { HistoryMapping, RowRule } from './mapping.types';
import { RowEvents } from './row-events';

/** A ticket log in miniature: `what` says what a row is. */
export const mapping: HistoryMapping = {
  source: 'tickets',
  format: { type: 'csv', delimiter: ',', quote: '"' },
  encoding: 'utf-8',
  case: ['ticket'],
  time: { column: 'at', format: 'yyyy-MM-dd HH:mm', zone: 'UTC' },
  fields: { region: 'East', siteName: { column: 'who' } },
  rules: [
    { event: 'ignore', when: [{ column: 'what', equals: 'test' }] },
    { event: 'arrival', when: [{ column: 'what', equals: 'arrive' }], technician: { column: 'who' } },
    { event: 'pause', when: [{ column: 'what', equals: 'wait' }], reason: 'waiting-customer' },
    { event: 'completion', when: [{ column: 'what', in: ['done', 'fixed'] }] },
    { event: 'close', when: [{ column: 'what', matches: '^clos' }] },
    { event: 'note', when: [{ column: 'what', equals: 'note' }], text: { column: 'who' } },
  ],
  closeAt: 'open',
};

export const withRules = (...rules: RowRule[]): HistoryMapping => ({ ...mapping, rules });

const references: HistoryReferences = {
  policyFor: (attributes, at) => choosePolicy([], attributes, at),
  depotFor: (region) => (region === 'East' ? 'depot-east' : undefined),
  homeDepotOf: (technicianId) => (technicianId === 'li' ? 'depot-li' : undefined),
};

/** Rows as `'<minute> <what> <who>'`; minute 0 is midnight of 2024-01-01. Place 2 is the first row. */
export function rowsOf(lines: readonly string[], used = mapping): HistoryRow[] {
  const columns = [...columnsOf(used).keys()];
  return lines.map((line, index) => {
    const [minute = '', what = '', who = ''] = line.split(' ');
    const at = Date.UTC(2024, 0, 1, 0, Number(minute));
    const cells: Record<string, string> = { ticket: 'T1', what, who, at: new Date(at).toISOString() };
    return { row: index + 2, at, cells: columns.map((column) => cells[column] ?? ''), digest: line };
  });
}

export interface Played {
  readonly history: CaseHistory;
  readonly events: NewEvent[];
  readonly outcomes: string[];
}

export interface PlayOptions {
  readonly log?: readonly NewEvent[];
  readonly mapping?: HistoryMapping;
  /** Rows that were rejected before their case was looked at. */
  readonly skipped?: readonly RejectedRow[];
  readonly newestFirst?: boolean;
}

/** One run of a file's rows of one case over what the log has of it. */
export function play(lines: readonly string[], options: PlayOptions = {}): Played {
  const { mapping: used = mapping, log = [], skipped = [], newestFirst = false } = options;
  const plan = historyPlan(used, [...columnsOf(used).keys()]);
  const context = { plan, rowEvents: new RowEvents(plan, references), runId: 'run', newestFirst };
  const history = new CaseHistory(context, 'T1', '333-333-3', log.map(recorded));
  const events: NewEvent[] = skipped.flatMap((row) => history.skip(row));
  const outcomes = rowsOf(lines, used).map((row) => {
    const outcome = history.add(row);
    if (outcome.kind !== 'duplicate') events.push(...outcome.events);
    return described(outcome);
  });
  events.push(...history.end());
  return { history, events, outcomes };
}

function described(outcome: RowOutcome): string {
  if (outcome.kind === 'rejected') return `rejected: ${outcome.problem.reason}`;
  return outcome.kind === 'duplicate' ? `duplicate of ${outcome.of}` : outcome.kind;
}

export function recorded(event: NewEvent, index: number): RecordedEvent {
  const { personal, ...rest } = event;
  const data = { ...event.data, ...personal?.data };
  const version = index + 1;
  return { ...rest, data, recordedAt: 0, position: BigInt(version), streamId: 'case:x', version, shard: 0 };
}

export const typesOf = (events: readonly NewEvent[]): string[] => events.map((event) => event.type);
