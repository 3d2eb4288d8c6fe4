import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DemoDatabase } from '../demo/demo-database.fixture';
import { Folder, type CommandLineResult } from './import.fixture';
import type { StockImportReport } from './import-stock';

const MAPPING = resolve(__dirname, '../../../../infra/import/stock.yaml');
const by = { actor: 'spec', roles: ['supervisor'] };

/** A database with two depots and two parts, one of them with serial numbers, and files of stock for it. */
export class StockFiles {
  readonly folder = new Folder();
  /** `infra/import/stock.yaml`, and the same with a column of serial numbers. */
  readonly mapping = MAPPING;
  readonly withSerials: string;
  readonly rejects = join(this.folder.path, 'no.csv');

  private constructor(readonly database: DemoDatabase) {
    const serials = `${readFileSync(MAPPING, 'utf8').trimEnd()}\n  serials: { column: 序列号 }\n`;
    this.withSerials = this.folder.write('serials.yaml', serials);
  }

  static async open(): Promise<StockFiles> {
    const database = await DemoDatabase.open();
    const { references } = await database.application();
    for (const [id, name] of [
      ['gaolan', '皋兰站'],
      ['yongdeng', '永登站'],
    ] as const) {
      await references.handle({ type: 'RegisterDepot', id, name, kind: 'county', region: 'gansu' }, by);
    }
    const part = { class: 'wear', packSize: 1, substitutes: [], makerId: 'maker-1' } as const;
    for (const [partNumber, serialised] of [
      ['皮带-8', false],
      ['PUMP', true],
    ] as const) {
      await references.handle({ type: 'RegisterPart', partNumber, name: partNumber, serialised, ...part }, by);
    }
    return new StockFiles(database);
  }

  run(file: string, mapping: string, ...more: readonly string[]): Promise<CommandLineResult> {
    return this.database.fieldcase('import', file, '--mapping', mapping, '--json', '--rejects', this.rejects, ...more);
  }

  /** Pieces by owner that were ever received. */
  async received(): Promise<Record<string, number>> {
    const { rows } = await this.database.pool.query<{ owner: string; sum: string }>(
      `select data->'line'->>'owner' as owner, sum((data->'line'->>'quantity')::int) from fieldcase.events
        where type = 'StockReceived' group by 1`,
    );
    return Object.fromEntries(rows.map(({ owner, sum }) => [owner, Number(sum)]));
  }

  async close(): Promise<void> {
    this.folder.remove();
    await this.database.close();
  }
}

export const reportOf = ({ out }: Pick<CommandLineResult, 'out'>): StockImportReport =>
  JSON.parse(out) as StockImportReport;
