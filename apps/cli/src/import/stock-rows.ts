/** A row of a stock file as a receipt, or why it is none. */
import { RowProblem, stableId, type ReferenceState } from '@fieldcase/domain';
import type { StockMapping } from '@fieldcase/contracts';
import { FileProblem, type FileRow } from './file-rows';
import type { RejectedRow } from './rejects-file';
import { namesIn, refuseDamaged } from './sound-rows';

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
/** As many and as long as when they are typed in: each is a stream of its own. */
const MOST_SERIALS = 1_000;
const LONGEST_SERIAL = 100;

export class StockRows {
  private names: readonly string[] | undefined;
  /** How often each content came, so that two equal rows are two receipts. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly mapping: StockMapping,
    private readonly reference: ReferenceState,
  ) {}

  get empty(): boolean {
    return this.names === undefined;
  }

  /** The header. Throws FileProblem for a column that the mapping names and the file has not, or twice. */
  begin(header: readonly string[]): void {
    const read = Object.values(this.mapping.fields)
      .map(columnOf)
      .filter((name) => name !== undefined);
    const names = namesIn(header, read);
    this.names = names;
    const missing = read.find((name) => !names.includes(name));
    if (missing !== undefined) throw new FileProblem(`the file has no column "${missing}"; it has ${names.join(', ')}`);
  }

  read(line: FileRow): StockRow | RejectedRow {
    try {
      return this.receiptOf(line);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const { column, value, reason } = error;
      return { row: line.row, column, value, reason };
    }
  }

  /** Column of a field in the file; the field's own name where its text is fixed. */
  nameOf(name: FieldName): string {
    const field = this.mapping.fields[name];
    return (field && columnOf(field)) ?? name;
  }

  /** Throws RowProblem. */
  private receiptOf({ row, cells }: FileRow): StockRow {
    refuseDamaged(cells, this.names ?? []);
    const text = (name: FieldName): string => this.textOf(this.mapping.fields[name], cells);
    const [depotId, partNumber, owner] = [text('depot'), text('partNumber'), text('owner') || 'own'];
    this.refuseUnknown(depotId, partNumber, owner);
    const quantity = this.piecesOf(text('quantity'));
    const serials = text('serials')
      .split(/[\s;,；，]+/)
      .filter((serial) => serial !== '');
    this.refuseSerials(partNumber, quantity, serials);
    const content = JSON.stringify([depotId, partNumber, owner, quantity, serials]);
    const nth = this.seen.get(content) ?? 0;
    this.seen.set(content, nth + 1);
    const id = stableId('stock-import', this.mapping.source, content, nth);
    return { row, id, depotId, partNumber, owner, quantity, ...(serials.length > 0 ? { serials } : {}) };
  }

  private refuseUnknown(depotId: string, partNumber: string, owner: string): void {
    const { depots, parts } = this.reference;
    if (depots[depotId] === undefined) {
      throw new RowProblem('no depot with this id is registered', this.nameOf('depot'), depotId);
    }
    const part = parts[partNumber];
    if (part === undefined) {
      throw new RowProblem('no part with this number is registered', this.nameOf('partNumber'), partNumber);
    }
    if (owner === 'own' || owner === part.makerId) return;
    const expected = part.makerId === undefined ? 'own' : `own or ${part.makerId}`;
    throw new RowProblem(`expected ${expected}: pieces are ours or the maker's`, this.nameOf('owner'), owner);
  }

  private piecesOf(pieces: string): number {
    const whole = /^[0-9]{1,7}(?:\.0+)?$/.test(pieces) && Number(pieces) >= 1 && Number(pieces) <= MOST;
    if (whole) return Number(pieces);
    throw new RowProblem(`expected a whole number from 1 to ${MOST}`, this.nameOf('quantity'), pieces);
  }

  private refuseSerials(partNumber: string, quantity: number, serials: readonly string[]): void {
    const [column, value] = [this.nameOf('serials'), serials.join(' ')];
    if (this.reference.parts[partNumber]?.serialised !== true) {
      if (serials.length === 0) return;
      throw new RowProblem('expected none: this part has no serial numbers', column, value);
    }
    if (new Set(serials).size !== serials.length || serials.length !== quantity) {
      throw new RowProblem(`expected ${quantity} different serial numbers, one per piece`, column, value);
    }
    if (serials.length > MOST_SERIALS) {
      throw new RowProblem(`expected at most ${MOST_SERIALS} serial numbers in one row`, column, value);
    }
    const wrong = serials.find((serial) => serial.length > LONGEST_SERIAL || /\p{Cc}/u.test(serial));
    if (wrong === undefined) return;
    throw new RowProblem(`expected serial numbers of at most ${LONGEST_SERIAL} visible characters`, column, wrong);
  }

  private textOf(field: Field | undefined, cells: readonly string[]): string {
    if (field === undefined) return '';
    if (typeof field === 'string') return field;
    const cell = (cells[this.names?.indexOf(field.column) ?? -1] ?? '').trim();
    const translated = field.map && Object.hasOwn(field.map, cell) ? field.map[cell] : cell;
    return translated === undefined || translated === '' ? (field.default ?? '') : translated;
  }
}

const columnOf = (field: Field | undefined): string | undefined =>
  typeof field === 'object' ? field.column : undefined;
