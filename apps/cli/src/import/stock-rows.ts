/** A row of a stock file as a receipt, or why it is none. */
import { stableId, type ReferenceState } from '@fieldcase/domain';
import type { StockMapping } from '@fieldcase/contracts';
import { FileProblem, type FileRow } from './file-rows';
import type { RejectedRow } from './rejects-file';

type Field = StockMapping['fields']['depot'];
type FieldName = keyof StockMapping['fields'];

export interface StockRow {
  readonly row: number;
  /** The same row of the same source, however often it is read. */
  readonly id: string;
  readonly depotId: string;
  readonly partNumber: string;
  readonly owner: string;
  readonly quantity: number;
  readonly serials?: readonly string[];
}

const MOST = 1_000_000;

export class StockRows {
  private columns: ReadonlyMap<string, number> | undefined;
  /** How often each content came, so that two equal rows are two receipts. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly mapping: StockMapping,
    private readonly reference: ReferenceState,
  ) {}

  /** The header. Throws FileProblem for a column that the mapping names and the file has not. */
  begin({ cells }: FileRow): void {
    const names = cells.map((name) => name.trim());
    this.columns = new Map(names.map((name, index) => [name, index]));
    const missing = Object.values(this.mapping.fields)
      .map(columnOf)
      .find((name) => name !== undefined && !names.includes(name));
    if (missing !== undefined) throw new FileProblem(`the file has no column "${missing}"; it has ${names.join(', ')}`);
  }

  read(line: FileRow): StockRow | RejectedRow {
    const text = (name: FieldName): string => this.textOf(this.mapping.fields[name], line.cells);
    const [depotId, partNumber, owner, pieces] = [
      text('depot'),
      text('partNumber'),
      text('owner') || 'own',
      text('quantity'),
    ];
    const serials = text('serials')
      .split(/[\s;,；，]+/)
      .filter((serial) => serial !== '');
    const wrong =
      this.problemOf(depotId, partNumber, owner, pieces) ?? this.serialsProblem(partNumber, Number(pieces), serials);
    if (wrong) return { row: line.row, column: this.nameOf(wrong[0]), value: wrong[1], reason: wrong[2] };
    const quantity = Number(pieces);
    const content = JSON.stringify([depotId, partNumber, owner, quantity, serials]);
    const nth = this.seen.get(content) ?? 0;
    this.seen.set(content, nth + 1);
    const id = stableId('stock-import', this.mapping.source, content, nth);
    return { row: line.row, id, depotId, partNumber, owner, quantity, ...(serials.length > 0 ? { serials } : {}) };
  }

  /** Column of a field in the file; the field's own name where its text is fixed. */
  nameOf(name: FieldName): string {
    const field = this.mapping.fields[name];
    return (field && columnOf(field)) ?? name;
  }

  private problemOf(
    depotId: string,
    partNumber: string,
    owner: string,
    pieces: string,
  ): readonly [field: FieldName, value: string, reason: string] | undefined {
    const { depots, parts } = this.reference;
    if (depots[depotId] === undefined) {
      return ['depot', depotId, 'no depot with this id is registered'];
    }
    const part = parts[partNumber];
    if (part === undefined) return ['partNumber', partNumber, 'no part with this number is registered'];
    if (owner !== 'own' && owner !== part.makerId) {
      const expected = part.makerId === undefined ? 'own' : `own or ${part.makerId}`;
      return ['owner', owner, `expected ${expected}: pieces are ours or the maker's`];
    }
    const whole = /^[0-9]{1,7}(?:\.0+)?$/.test(pieces) && Number(pieces) >= 1 && Number(pieces) <= MOST;
    return whole ? undefined : ['quantity', pieces, `expected a whole number from 1 to ${MOST}`];
  }

  private serialsProblem(
    partNumber: string,
    quantity: number,
    serials: readonly string[],
  ): readonly [field: FieldName, value: string, reason: string] | undefined {
    const value = serials.join(' ');
    if (this.reference.parts[partNumber]?.serialised !== true) {
      return serials.length === 0 ? undefined : ['serials', value, 'expected none: this part has no serial numbers'];
    }
    if (new Set(serials).size === serials.length && serials.length === quantity) return undefined;
    return ['serials', value, `expected ${quantity} different serial numbers, one per piece`];
  }

  private textOf(field: Field | undefined, cells: readonly string[]): string {
    if (field === undefined) return '';
    if (typeof field === 'string') return field;
    const cell = (cells[this.columns?.get(field.column) ?? -1] ?? '').trim();
    const translated = field.map && Object.hasOwn(field.map, cell) ? field.map[cell] : cell;
    return translated === undefined || translated === '' ? (field.default ?? '') : translated;
  }
}

const columnOf = (field: Field | undefined): string | undefined =>
  typeof field === 'object' ? field.column : undefined;
