import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseType, Priority } from '../case/case.events';
import type { PolicyChoice } from '../sla/policy.types';
import { KEY_LIMIT, tooLong } from './limits';
import { timeParser, TimeFormatError, type TimeParser } from './local-time';
import {
  REPORT_FIELDS,
  type FieldSource,
  type HistoryMapping,
  type JoinSource,
  type RowCondition,
  type RowRule,
} from './mapping.types';

/** What a row of history is judged by, from the reference data as it stands when the import runs. */
export interface HistoryReferences {
  policyFor(attributes: ReportAttributes, reportedAt: Instant): PolicyChoice;
  /** The county's depot, else the region's. */
  depotFor(region: string, county?: string): string | undefined;
  homeDepotOf(technicianId: string): string | undefined;
}
export interface ReportAttributes {
  readonly priority: Priority;
  readonly region: string;
  readonly county?: string;
  readonly caseType: CaseType;
  readonly product?: string;
}

/** Where a mapping does not fit: a path into the mapping, what was found and what was expected. */
export interface MappingProblem {
  readonly path: string;
  readonly message: string;
}
export class MappingRefused extends Error {
  constructor(readonly problems: readonly MappingProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.name = 'MappingRefused';
  }
}

/**
 * A row that cannot become a fact; `column` and `value` name the culprit where there is one, `kind` is the reason without
 * what differs from row to row.
 */
export class RowProblem extends Error {
  constructor(
    readonly reason: string,
    readonly column = '',
    readonly value = '',
    readonly kind = reason,
  ) {
    super(reason);
    this.name = 'RowProblem';
  }
}

export type Cells = readonly string[];

/** Rules bound to the columns of a file. */
export interface RowPlan {
  readonly mapping: HistoryMapping;
  /** The text that a source names in a row; undefined where there is none. Throws RowProblem for an unmapped text. */
  read(source: FieldSource | undefined, cells: Cells): string | undefined;
  /** The first rule whose conditions all hold. */
  ruleFor(cells: Cells): RowRule | undefined;
  /** The column whose value a message shows for a row that no rule matches. */
  readonly ruleColumn: string;
  cell(column: string, cells: Cells): string;
}

/** A mapping bound to the columns of a file. */
export interface HistoryPlan extends RowPlan {
  /** Throws RowProblem for a row that names no case. */
  keyOf(cells: Cells): string;
  /** Throws RowProblem for a time that cannot be read. */
  timeOf(cells: Cells): Instant;
}

/** The second file of a mapping, bound to its columns. */
export interface JoinedPlan extends RowPlan {
  /** Throws RowProblem for a row that names no row of the first file. */
  onOf(cells: Cells): string;
}

/** Every column that a mapping reads, each once, with the path that names it first. */
export function columnsOf(mapping: HistoryMapping): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  const add = (column: string, path: string): void => {
    if (!columns.has(column)) columns.set(column, path);
  };
  mapping.case.forEach((column, index) => add(column, `case.${index}`));
  add(mapping.time.column, 'time.column');
  visitColumns(mapping.fields, 'fields', add);
  visitColumns(mapping.rules, 'rules', add);
  if (mapping.join) add(mapping.join.on, 'join.on');
  return columns;
}

/** The same of the second file. */
export function joinedColumnsOf({ on, rules }: JoinSource): ReadonlyMap<string, string> {
  const columns = new Map([[on, 'join.on']]);
  visitColumns(rules, 'join.rules', (column, path) => void (columns.has(column) || columns.set(column, path)));
  return columns;
}

function visitColumns(value: unknown, path: string, add: (column: string, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'column' && typeof inner === 'string') add(inner, `${path}.column`);
    else visitColumns(inner, `${path}.${name}`, add);
  }
}

/** Throws MappingRefused: missing columns, unknown zone or format, rules that cannot work. */
export function historyPlan(mapping: HistoryMapping, header: readonly string[]): HistoryPlan {
  const problems = missingColumns(columnsOf(mapping), header);
  const parse = attempt(problems, () => timeParser(mapping.time));
  const rows = rowPlan({ mapping, rules: mapping.rules, path: 'rules' }, header, problems);
  problems.push(...unknownFields(mapping));
  if (problems.length > 0 || !parse) throw new MappingRefused(problems);
  const { cell } = rows;
  return {
    ...rows,
    keyOf: (cells) => keyOf(mapping.case, (column) => cell(column, cells)),
    timeOf: (cells) => timeOf(parse, mapping.time.column, cell(mapping.time.column, cells)),
  };
}

/** Throws MappingRefused: missing columns, rules that cannot work. */
export function joinedPlan(mapping: HistoryMapping, join: JoinSource, header: readonly string[]): JoinedPlan {
  const problems = missingColumns(joinedColumnsOf(join), header);
  const rows = rowPlan({ mapping, rules: join.rules, path: 'join.rules' }, header, problems);
  if (problems.length > 0) throw new MappingRefused(problems);
  return { ...rows, onOf: (cells) => onOf(join.on, rows.cell(join.on, cells)) };
}

interface Rules {
  readonly mapping: HistoryMapping;
  readonly rules: readonly RowRule[];
  readonly path: string;
}

function rowPlan({ mapping, rules, path }: Rules, header: readonly string[], problems: MappingProblem[]): RowPlan {
  const index = new Map(header.map((name, position) => [name, position]));
  const tests = rules.map((rule, at) =>
    (rule.when ?? []).map((condition, n) => testOf(condition, index, `${path}.${at}.when.${n}`, problems)),
  );
  const cell = (column: string, cells: Cells): string => (cells[index.get(column) ?? -1] ?? '').trim();
  return {
    mapping,
    cell,
    ruleColumn: rules.flatMap((rule) => rule.when ?? [])[0]?.column ?? '',
    read: (source, cells) => readSource(source, (column) => cell(column, cells)),
    ruleFor: (cells) => rules.find((_rule, at) => tests[at]?.every((test) => test(cells))),
  };
}

/** The whole header is told once. */
function missingColumns(columns: ReadonlyMap<string, string>, header: readonly string[]): MappingProblem[] {
  return [...columns]
    .filter(([column]) => !header.includes(column))
    .map(([column, path], nth) => {
      // Full-width brackets and digits, capitals and blanks look alike to people.
      const alike = header.find((name) => folded(name) === folded(column));
      const instead = alike === undefined ? '' : `, but "${alike}"`;
      const all = nth === 0 ? `; it has ${list(header)}` : '';
      return { path, message: `the file has no column "${column}"${instead}${all}` };
    });
}

const folded = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');

function attempt(problems: MappingProblem[], make: () => TimeParser): TimeParser | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TimeFormatError)) throw error;
    problems.push({ path: `time.${error.path}`, message: error.message });
    return undefined;
  }
}

function unknownFields(mapping: HistoryMapping): MappingProblem[] {
  const missing = mapping.fields.region === undefined;
  const problems = Object.keys(mapping.fields)
    .filter((name) => !(REPORT_FIELDS as readonly string[]).includes(name))
    .map((name) => ({ path: `fields.${name}`, message: `not a field of a report; expected ${list(REPORT_FIELDS)}` }));
  return missing ? [...problems, { path: 'fields.region', message: 'expected a text or { column }' }] : problems;
}

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function testOf(
  condition: RowCondition,
  index: ReadonlyMap<string, number>,
  path: string,
  problems: MappingProblem[],
): (cells: Cells) => boolean {
  const at = index.get(condition.column) ?? -1;
  const { equals, empty } = condition;
  const among = condition.in && new Set(condition.in);
  let regex: RegExp | undefined;
  try {
    regex = condition.matches === undefined ? undefined : new RegExp(condition.matches, 'u');
  } catch (error) {
    problems.push({ path: `${path}.matches`, message: `not a regular expression: ${String(error)}` });
  }
  return (cells) => {
    const text = (cells[at] ?? '').trim();
    if (equals !== undefined && text !== equals) return false;
    if (among && !among.has(text)) return false;
    if (regex && !regex.test(text)) return false;
    return empty === undefined || (text === '') === empty;
  };
}

function readSource(source: FieldSource | undefined, cell: (column: string) => string): string | undefined {
  if (source === undefined) return undefined;
  if (typeof source === 'string') return source;
  const text = cell(source.column);
  if (!source.map) return text === '' ? source.default : text;
  // Own keys only: a cell that says "constructor" is not a translation.
  const mapped = Object.hasOwn(source.map, text) ? source.map[text] : source.default;
  if (mapped === undefined && text !== '') {
    throw new RowProblem('the mapping translates no such text, and gives no default', source.column, text);
  }
  return mapped;
}

/** Several columns are joined as people write them, so that no two rows of different names meet. */
function keyOf(columns: readonly string[], cell: (column: string) => string): string {
  const parts = columns.map(cell);
  const missing = columns[parts.indexOf('')];
  if (missing !== undefined) throw new RowProblem('expected the name of the case, found nothing', missing);
  const key = parts.length === 1 ? (parts[0] ?? '') : parts.map(withoutSeparator).join(' / ');
  const problem = tooLong(key, KEY_LIMIT);
  if (problem) throw new RowProblem(problem.reason, columns[0], problem.value);
  return key;
}

/** A stroke between blanks is doubled where it belongs to the name itself. */
const withoutSeparator = (part: string): string => part.replaceAll(/(?<!\S)\/+(?!\S)/g, '$&/');

function onOf(column: string, text: string): string {
  if (text === '') throw new RowProblem('expected the name of the row that it belongs to, found nothing', column);
  const problem = tooLong(text, KEY_LIMIT);
  if (problem) throw new RowProblem(problem.reason, column, problem.value);
  return text;
}

function timeOf(parse: TimeParser, column: string, text: string): Instant {
  if (text === '') throw new RowProblem('expected a time, found nothing', column);
  const parsed = parse(text);
  if ('problem' in parsed) throw new RowProblem(parsed.problem, column, text);
  return parsed.at;
}
