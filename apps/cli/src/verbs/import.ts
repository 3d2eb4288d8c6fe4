import { statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { createApplication } from '@fieldcase/application';
import type { StockMapping } from '@fieldcase/contracts';
import type { HistoryMapping } from '@fieldcase/domain';
import { readLogIdentity } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { UsageError } from '../failures';
import { importFile, type ImportOptions, type ImportProgress } from '../import/import-file';
import { reportText } from '../import/import-report';
import { importStock, stockReportText } from '../import/import-stock';
import { readMapping, readStockMapping } from '../import/read-mapping';
import { historyReferences, readReferences } from '../import/references';
import { Progress } from '../progress';
import { withCommonOptions, type Run, type VerbContext } from '../verb';

interface ImportVerbOptions {
  readonly mapping: string;
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly joined?: string;
}

export function importVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('import'))
    .description('import a file of history, or of stock (a mapping with kind: stock)')
    .argument('<file>', 'the file, see docs/import.md')
    .requiredOption('--mapping <map>', 'which columns and rows become which facts (JSON or YAML)')
    .option('--dry-run', 'check everything and print the same report, write nothing')
    .option('--joined <file>', 'the second file of the mapping (default: as its "join" names it, beside <file>)')
    .option('--rejects <file>', 'where rejected rows go (default: <file>.rejects.csv in this folder)')
    .addHelpText('after', '\nExit code 1 where rows were rejected: all others are in the log.')
    .action((file: string, options: ImportVerbOptions) =>
      runOf(verb)(async ({ config, output, options: common }) => {
        const rejects = options.rejects ?? `${basename(file, extname(file))}.rejects.csv`;
        const context = { config, output, options: common };
        refuseOverwriting(rejects, { file, mapping: options.mapping });
        const stock = readStockMapping(options.mapping);
        if (stock) return stockImport(file, stock, options, rejects, context);
        const mapping = readMapping(options.mapping);
        const joined = joinedFile(file, mapping, options.joined);
        refuseOverwriting(rejects, { 'second file': joined });
        const dryRun = options.dryRun === true;
        return historyImport({ file, mapping, rejects, dryRun, ...(joined ? { joined } : {}) }, context);
      }),
    );
}

/** Throws UsageError. */
function joinedFile(file: string, mapping: HistoryMapping, given: string | undefined): string | undefined {
  if (mapping.join) return given ?? resolve(dirname(file), mapping.join.file);
  if (given === undefined) return undefined;
  throw new UsageError('--joined: the mapping has no "join", it reads one file');
}

/** Throws UsageError where the rejects would take the place of what is read. */
function refuseOverwriting(rejects: string, read: Readonly<Record<string, string | undefined>>): void {
  for (const [what, path] of Object.entries(read)) {
    if (path !== undefined && isSameFile(rejects, path))
      throw new UsageError(`--rejects ${rejects} is the ${what} itself: name another`);
  }
}

type HistoryFiles = Pick<ImportOptions, 'file' | 'joined' | 'mapping' | 'dryRun' | 'rejects'>;

async function historyImport(files: HistoryFiles, { config, output, options }: VerbContext): Promise<number> {
  return withDatabase(databaseUrls(options, config), async ({ url, store, references: log }) => {
    const references = historyReferences(await readReferences(log));
    const progress = new ImportBars();
    const onProgress = (step: ImportProgress): void => progress.show(step);
    const importing = importFile({ ...files, databaseUrl: url, store, references, onProgress });
    const report = await importing.finally(() => progress.stop());
    output.result(report, reportText(report));
    return report.rejected > 0 ? 1 : 0;
  });
}

async function stockImport(
  file: string,
  mapping: StockMapping,
  { dryRun = false }: ImportVerbOptions,
  rejects: string,
  { config, output, options }: VerbContext,
): Promise<number> {
  return withDatabase(databaseUrls(options, config), async ({ pool, store, references }) => {
    const { secret } = await readLogIdentity(pool);
    const application = createApplication({ store, referenceSource: references, secret, limits: config.limits });
    const progress = new Progress('stock', 'rows');
    const onProgress = (bytes: number, size: number, rows: number): void => progress.update(bytes, size, rows);
    const importing = importStock({ file, mapping, application, store, dryRun, rejects, onProgress });
    const report = await importing.finally(() => progress.stop());
    output.result(report, stockReportText(report));
    return report.rejected > 0 ? 1 : 0;
  });
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return Boolean(a?.isFile() && b && a.dev === b.dev && a.ino === b.ino);
}

/** Two bars, one after the other: reading the file, writing the log. */
class ImportBars {
  private readonly bars = { read: new Progress('read ', 'rows'), write: new Progress('write', 'rows') };
  private phase: 'read' | 'write' = 'read';

  show({ phase, done, total, rows }: ImportProgress): void {
    if (phase !== this.phase) {
      this.bars.read.stop();
      this.bars.write = new Progress('write', 'rows');
      this.phase = phase;
    }
    this.bars[phase].update(done, total, rows);
  }

  stop(): void {
    this.bars.read.stop();
    this.bars.write.stop();
  }
}
