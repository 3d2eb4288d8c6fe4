import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createPool, PostgresEventStore, PostgresReferenceLog } from '@fieldcase/postgres';
import { importFile } from '../../apps/cli/src/import/import-file';
import { readMapping } from '../../apps/cli/src/import/read-mapping';
import { historyReferences, readReferences } from '../../apps/cli/src/import/references';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { round } from './kit/figures';
import { sizesOf } from './kit/sizes';

/**
 * `npm run bench -- import [--rows 1000000] [--smoke]`: rows per second and peak memory of the import, on a generated file
 * in the form of helpdesk-log.csv: some five rows per case, all cases mixed, in order of time. Twice: into an empty log,
 * which is the reference, and again over what is there.
 */
const { rows } = sizesOf({ full: { rows: 1_000_000 }, small: { rows: 10_000 } });
const report = new BenchReport('import');

const ACTIVITIES = ['Insert ticket', 'Take in charge ticket', 'Wait', 'Resolve ticket', 'Closed'];
const HEADER =
  'Case ID,Activity,Resource,Complete Timestamp,seriousness,customer,product,service_level,service_type,workgroup';

async function generate(file: string): Promise<void> {
  const out = createWriteStream(file);
  const cases = Math.ceil(rows / ACTIVITIES.length);
  out.write(`${HEADER}\n`);
  for (let row = 0; row < rows; row += 1) {
    const [step, number] = [Math.floor(row / cases), row % cases];
    const at = new Date(Date.UTC(2020, 0, 1) + row * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    // Spread, so that neither the file nor its parts are in the order of cases.
    const ticket = (number * 7_919) % cases;
    const line = `Case ${ticket},${ACTIVITIES[step]},Value ${row % 22},${at},Value 1,Value ${number % 300},Value ${number % 20},Value 2,Value 1,Value 1\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

interface Run {
  readonly imported: number;
  readonly duplicates: number;
  readonly perSecond: number;
}

async function run(name: string, file: string, url: string): Promise<Run> {
  const pool = createPool({ url, statementTimeoutMs: 0, lockTimeoutMs: 30_000 });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  const mapping = { ...readMapping('infra/import/helpdesk-log.yaml') };
  // Generated times run through the hour that does not exist.
  const utc = { ...mapping, time: { ...mapping.time, zone: 'UTC' } };
  const references = historyReferences(await readReferences(new PostgresReferenceLog(pool)));
  const began = performance.now();
  const { imported, duplicates, events } = await importFile({
    file,
    mapping: utc,
    databaseUrl: url,
    store: new PostgresEventStore(pool),
    references,
  });
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(watch);
  await pool.end();
  const perSecond = rows / seconds;
  report.add({
    run: name,
    rows,
    imported,
    duplicates,
    events: Object.values(events).reduce((sum, count) => sum + count, 0),
    rowsPerSecond: round(perSecond),
    peakRssMb: Math.round(peak / 1024 ** 2),
  });
  return { imported, duplicates, perSecond };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldcase-bench-'));
  const database = await scratchDatabase('bench_import');
  try {
    const file = path.join(folder, 'generated.csv');
    await generate(file);
    const first = await run('empty log', file, database.url);
    const again = await run('again', file, database.url);
    report.shape('every row is imported', first.imported === rows, first.imported);
    report.shape('and none of them again', again.imported === 0 && again.duplicates === rows, again.duplicates);
    const ratio = round(again.perSecond / first.perSecond);
    report.shape('again takes no longer than three times as long', ratio >= 1 / 3, ratio);
  } finally {
    rmSync(folder, { recursive: true });
    await database.drop();
  }
  report.finish();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
