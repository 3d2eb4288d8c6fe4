/** `GET /depots/{id}/stock`, `/suggestions`, `/worklist`. Whose depots the caller may see is asked before. */
import type { DepotStockItem, ListView, SuggestionItem, WorklistItem, WorklistTask } from '@fieldcase/contracts';
import type { Part } from '@fieldcase/domain/events';
import { Parameters } from '../access';
import { cursorInvalid, decodeCursor, encodeCursor, limitOf } from '../cursor';
import { instantText } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

export interface DepotPage {
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}
export interface DepotStockFilter extends DepotPage {
  readonly partNumber?: string;
  readonly owner?: string;
}
/** The part master as it is now, for the names. */
export type PartsByNumber = Readonly<Record<string, Part>>;

interface StockRecord {
  part_number: string;
  owner: string;
  on_hand: number;
  reserved: number;
  defective: number;
  in_transit: number;
  count_due: boolean;
  min: number | null;
  max: number | null;
  forecast: number;
  moved_at: Date | null;
}
interface SuggestionRecord {
  part_number: string;
  suggestion_id: string;
  quantity: number;
  forecast: number;
  min: number;
  max: number;
  basis: SuggestionItem['basis'];
  suggested_at: Date;
}
interface WorkRecord {
  task: WorklistTask;
  id: string;
  part_number: string;
  quantity: number | null;
  due_at: Date;
  sort_key: string;
  sort_owner: string;
  detail: Pick<WorklistItem, 'owner' | 'lines' | 'serialised' | 'status' | 'priority' | 'caseId' | 'caseNumber'> & {
    readonly technicianId: string | null;
    readonly depotId: string | null;
  };
}

export class DepotQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /** By part and owner. @throws Rejection `query.cursor-invalid`, `query.limit-invalid` */
  async stock(depotId: string, filter: DepotStockFilter, parts: PartsByNumber): Promise<ListView<DepotStockItem>> {
    const limit = limitOf(filter.limit);
    const position = String(await this.positionOf('depot-stock'));
    const parameters = new Parameters();
    const conditions = [`depot_id = ${parameters.add(depotId)}`];
    if (filter.partNumber !== undefined) conditions.push(`part_number = ${parameters.add(filter.partNumber)}`);
    if (filter.owner !== undefined) conditions.push(`owner = ${parameters.add(filter.owner)}`);
    if (filter.cursor !== undefined) {
      const [part, owner] = decodeCursor(filter.cursor, 'ss');
      conditions.push(
        `(part_number, owner) > (${parameters.add(part)} collate "C", ${parameters.add(owner)} collate "C")`,
      );
    }
    const { rows } = await this.client.query<StockRecord>(
      `select * from ${this.schema}.depot_stock where ${conditions.join(' and ')}
       order by part_number, owner limit ${limit + 1}`,
      parameters.values,
    );
    const { shown, last } = pageOf(rows, limit);
    const items = shown.map((row) => stockItemOf(row, parts));
    return { items, next: last ? encodeCursor([last.part_number, last.owner]) : null, position };
  }

  /** Open ones, by part. */
  async suggestions(depotId: string, filter: DepotPage, parts: PartsByNumber): Promise<ListView<SuggestionItem>> {
    const limit = limitOf(filter.limit);
    const position = String(await this.positionOf('depot-stock'));
    const parameters = new Parameters();
    const conditions = [`depot_id = ${parameters.add(depotId)}`];
    if (filter.cursor !== undefined) {
      conditions.push(`part_number > ${parameters.add(decodeCursor(filter.cursor, 's')[0])} collate "C"`);
    }
    const { rows } = await this.client.query<SuggestionRecord>(
      `select * from ${this.schema}.stock_suggestion where ${conditions.join(' and ')}
       order by part_number limit ${limit + 1}`,
      parameters.values,
    );
    const { shown, last } = pageOf(rows, limit);
    const items = shown.map((row) => suggestionOf(row, parts));
    return { items, next: last ? encodeCursor([last.part_number]) : null, position };
  }

  /** Oldest promise first; what was never promised stands by the day since when it waits. */
  async worklist(depotId: string, filter: DepotPage, parts: PartsByNumber): Promise<ListView<WorklistItem>> {
    const limit = limitOf(filter.limit);
    const [board, stock] = await Promise.all([this.positionOf('case-board'), this.positionOf('depot-stock')]);
    const position = String(BigInt(board) < BigInt(stock) ? board : stock);
    const parameters = new Parameters();
    const depot = parameters.add(depotId);
    const after = filter.cursor === undefined ? '' : afterSql(filter.cursor, parameters);
    const { rows } = await this.client.query<WorkRecord>(
      `select *, due_at::text as sort_key from (${worklistSql(this.schema, depot)}) as work
       ${after} order by due_at, task, id, sort_owner limit ${limit + 1}`,
      parameters.values,
    );
    const { shown, last } = pageOf(rows, limit);
    const items = shown.map((row) => workItemOf(row, parts));
    return { items, next: last ? encodeCursor([last.sort_key, last.task, last.id, last.sort_owner]) : null, position };
  }
}

/** A count is one owner's: two of a part may be due at once. */
function worklistSql(schema: string, depot: string): string {
  return `
    select task, part_request_id as id, part_number, quantity, promised_at as due_at, '' as sort_owner,
      jsonb_build_object('lines', lines, 'serialised', serialised, 'status', status, 'priority', priority,
        'caseId', case_id, 'caseNumber', number, 'technicianId', technician_id) as detail
    from ${schema}.case_part_request where depot_id = ${depot}
    union all
    select 'send', transfer_id, part_number, quantity, since, '',
      jsonb_build_object('owner', owner, 'serialised', serialised, 'depotId', to_depot)
    from ${schema}.stock_transfer where from_depot = ${depot} and not in_transit
    union all
    select 'receive', transfer_id, part_number, quantity, since, '',
      jsonb_build_object('owner', owner, 'serialised', serialised, 'depotId', from_depot)
    from ${schema}.stock_transfer where to_depot = ${depot} and in_transit
    union all
    select 'count', part_number, part_number, null, moved_at, owner, jsonb_build_object('owner', owner)
    from ${schema}.depot_stock where depot_id = ${depot} and count_due`;
}

function afterSql(cursor: string, parameters: Parameters): string {
  const [due, task, id, owner] = decodeCursor(cursor, 'ssss');
  if (
    !Number.isFinite(
      Date.parse(
        String(due)
          .replace(' ', 'T')
          .replace(/([+-]\d\d)$/, '$1:00'),
      ),
    )
  )
    throw cursorInvalid();
  const keys = [
    `${parameters.add(due)}::timestamptz`,
    parameters.add(task),
    `${parameters.add(id)}::text collate "C"`,
    `${parameters.add(owner)}::text collate "C"`,
  ];
  return `where (due_at, task, id, sort_owner) > (${keys.join(', ')})`;
}

function pageOf<Row>(rows: readonly Row[], limit: number): { readonly shown: readonly Row[]; readonly last?: Row } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return last === undefined ? { shown } : { shown, last };
}

const nameOf = (parts: PartsByNumber, partNumber: string): string | null => parts[partNumber]?.name ?? null;

function stockItemOf(row: StockRecord, parts: PartsByNumber): DepotStockItem {
  return {
    partNumber: row.part_number,
    partName: nameOf(parts, row.part_number),
    owner: row.owner,
    onHand: row.on_hand,
    reserved: row.reserved,
    available: row.on_hand - row.reserved,
    defective: row.defective,
    inTransit: row.in_transit,
    min: row.min,
    max: row.max,
    forecast: row.forecast,
    countDue: row.count_due,
    movedAt: row.moved_at === null ? null : instantText(row.moved_at.getTime()),
  };
}

function suggestionOf(row: SuggestionRecord, parts: PartsByNumber): SuggestionItem {
  const { quantity, forecast, min, max, basis } = row;
  return {
    suggestionId: `${row.part_number}.${row.suggestion_id}`,
    partNumber: row.part_number,
    partName: nameOf(parts, row.part_number),
    quantity,
    forecast,
    min,
    max,
    basis,
    suggestedAt: instantText(row.suggested_at.getTime()),
  };
}

function workItemOf(row: WorkRecord, parts: PartsByNumber): WorklistItem {
  const { technicianId, depotId, ...detail } = row.detail;
  return {
    task: row.task,
    id: row.id,
    partNumber: row.part_number,
    partName: nameOf(parts, row.part_number),
    quantity: row.quantity,
    dueAt: instantText(row.due_at.getTime()),
    ...detail,
    ...(technicianId ? { technicianId } : {}),
    ...(depotId ? { depotId } : {}),
  };
}
